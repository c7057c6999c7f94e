//! The heading of a stage: how many of what it is about, and what its steps do.

use std::collections::BTreeSet;

use super::kinds::wording;
use super::words::{mark, people, users};
use crate::plan::value::{Class, Header, Risk, Stage, StageSteps, Step};

/// What the steps of a stage do.
pub(super) fn title(stage: &StageSteps) -> &'static str {
    let steps = stage.steps.iter();
    let of_kind = |step: &Step| (wording(step.address.kind()).heading)(step);
    let revokes = |step: &Step| step.address.kind().revokes();
    if let Some(title) = steps.clone().find_map(of_kind) {
        title
    } else if steps.clone().all(revokes) {
        "revoke what has to be made anew"
    } else if steps.clone().any(revokes) {
        "take unwanted users out, revoke what has to be made anew"
    } else {
        stage.stage.title()
    }
}

/// The mark that all steps of a stage share which send a request, so that its heading can carry it.
/// Lost access is said beside every name.
pub(super) fn shared_mark(stage: &StageSteps) -> &'static str {
    let mut risks = stage
        .steps
        .iter()
        .filter(|step| step.change.writes())
        .map(Step::risk);
    let first = risks.next();
    if first == Some(Risk::OneWay) && risks.all(|risk| risk == Risk::OneWay) {
        mark(Risk::OneWay)
    } else {
        ""
    }
}

/// How many of what a stage is about. The denominator stands wherever the steps are about people
/// who are in the organization now; people who come in are no part of it.
pub(super) fn denominator(stage: &StageSteps, header: &Header) -> String {
    let steps = stage.steps.len();
    let all = users(header.members);
    match stage.stage {
        Stage::Connect => "1 organization".to_owned(),
        Stage::Announce | Stage::Inform | Stage::Map => format!("{steps} of {all}"),
        Stage::Clean => clean_out(stage, &all),
        Stage::Directory => people(steps),
        Stage::Settings => policies(steps),
        Stage::Access => {
            let comes_in = |step: &&Step| step.class() == Class::Add;
            match stage.steps.iter().filter(comes_in).count() {
                0 => format!("{steps} of {all}"),
                new if new == steps => format!("{new} beside {all}"),
                new => format!("{} of {all}, {new} new", steps - new),
            }
        }
    }
}

/// People who leave, and people whose keys or tokens go. One person can have both of the latter.
fn clean_out(stage: &StageSteps, all: &str) -> String {
    let steps = stage.steps.iter();
    let (revoking, removing): (Vec<_>, Vec<_>) =
        steps.partition(|step| step.address.kind().revokes());
    let owners: BTreeSet<&str> = revoking.iter().map(|step| step.address.key()).collect();
    match (removing.len(), owners.len()) {
        (removed, 0) => format!("{removed} of {all}"),
        (0, owners) => format!("{owners} of {all}"),
        (removed, owners) => format!("{removed} and {owners} of {all}"),
    }
}

/// `1 policy`, `2 policies`.
fn policies(count: usize) -> String {
    format!("{count} {}", if count == 1 { "policy" } else { "policies" })
}
