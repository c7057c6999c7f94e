//! The place of the state is one that can be used.

use super::Facts;
use crate::config::declare::At;
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::source::Shown;
use crate::model::state_url::{StateUrl, StateUrlError};

pub(super) fn check(facts: &Facts<'_>, remarks: &mut Remarks) {
    let Some(At { value, span }) = &facts.file.state.url else {
        return;
    };
    let Err(error) = value.parse::<StateUrl>() else {
        return;
    };
    let label = match error {
        StateUrlError::Empty => "it is empty".to_owned(),
        StateUrlError::Scheme(scheme) => format!("`{}://` is not known", Shown(&scheme)),
        StateUrlError::Container => "no container can be called that".to_owned(),
        StateUrlError::Path => "it names no object in the container".to_owned(),
        StateUrlError::Part(part) if part.is_empty() => "a part of the path is empty".to_owned(),
        StateUrlError::Part(part) => format!("`{}` cannot be a part of the path", Shown(&part)),
    };
    remarks.push(Remark::new(
        Code::StateUrl,
        format!("the state cannot be kept at `{}`", Shown(value)),
        *span,
        label,
        "write the path of a file, such as `url = \"org.state.json\"`, or an object as \
         `az://container/path`, `s3://bucket/path` or `gs://bucket/path`; credentials come from the \
         environment",
    ));
}
