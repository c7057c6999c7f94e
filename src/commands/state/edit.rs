//! `orgctl state rm` and `mv`: entries taken out of the record, or recorded under another address.

use super::{RECORD_ONLY, refused, settled, unknown};
use crate::commands::rim::output::Output;
use crate::error::CommandError;
use crate::model::address::Address;
use crate::report::sanitize::clean;
use crate::state::store::Store;

pub(super) async fn remove(
    store: &Store,
    addresses: &[Address],
    output: &mut Output,
) -> Result<(), CommandError> {
    let mut state = settled(store).await?;
    for address in addresses {
        state
            .entries
            .remove(address)
            .ok_or_else(|| unknown(address))?;
    }
    store.save(&mut state).await?;
    let what = match addresses {
        [only] => format!("{} is no longer in the state.", clean(&only.to_string())),
        all => format!("{} entries are no longer in the state.", all.len()),
    };
    output.talk(&format!("{what} {RECORD_ONLY}"));
    Ok(())
}

pub(super) async fn rename(
    store: &Store,
    from: &Address,
    to: Address,
    output: &mut Output,
) -> Result<(), CommandError> {
    if from.kind() != to.kind() {
        return Err(
            refused("an entry cannot become one of another kind").help(format!(
                "name an address that begins with {}",
                from.kind().as_str()
            )),
        );
    }
    let mut state = settled(store).await?;
    if !state.entries.contains_key(from) {
        return Err(unknown(from));
    }
    if state.entries.contains_key(&to) {
        let text = format!("there is an entry {} already", clean(&to.to_string()));
        return Err(refused(text).help("take it out first with `orgctl state rm`"));
    }
    let told = format!(
        "{} is {} in the state now. {RECORD_ONLY}",
        clean(&from.to_string()),
        clean(&to.to_string())
    );
    if let Some(entry) = state.entries.remove(from) {
        state.entries.insert(to, entry);
    }
    store.save(&mut state).await?;
    output.talk(&told);
    Ok(())
}
