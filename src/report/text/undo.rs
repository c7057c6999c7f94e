//! What a plan that undoes a run says of that run: which it is, and what of it stays and why.

use crate::plan::value::Header;
use crate::report::not_undone;
use crate::report::page::Page;
use crate::report::sanitize::clean;
use crate::report::style::{Detail, SHOW_ALL, Tone};

/// How many of one reason are named: they are read as a sort, not one by one.
const NAMED: usize = 6;

/// Where the text below a reason starts.
const BELOW: usize = 4;

pub(super) fn write(page: &mut Page, header: &Header) {
    let Some(undo) = &header.undo else {
        return;
    };
    page.gap();
    page.paint(Tone::Heading, "undo");
    page.put("  ");
    page.wrap(None, 2, &not_undone::title(undo));
    page.end_line();
    let limit = match page.detail() {
        Detail::Brief => 0,
        Detail::Normal => NAMED,
        Detail::Full => usize::MAX,
    };
    for (why, addresses) in not_undone::by_reason(undo) {
        let count = addresses.len();
        page.line(
            Some(Tone::Caution),
            2,
            &format!("{count} × {}", clean(&why)),
        );
        let shown = addresses.iter().take(limit);
        let mut names: Vec<String> = shown
            .map(|address| clean(&address.to_string()).into_owned())
            .collect();
        if count > limit {
            names.push(format!("{} more ({SHOW_ALL})", count - limit));
        }
        page.line(Some(Tone::Quiet), BELOW, &names.join(", "));
    }
}
