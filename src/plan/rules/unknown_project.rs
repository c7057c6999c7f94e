//! `unknown_project`: a line names a project that the organization does not have; the person's
//! access is left as it is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::words::Near;
use super::{Check, Remark, Rule, Severity, Topic};
use crate::model::ids::ProjectName;
use crate::model::person::Email;

/// A line names a project that the organization does not have.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error(
    "{person} cannot be in {:?}: there is no such project{}",
    .project.as_str(),
    Near(.near)
)]
pub struct UnknownProject {
    /// Who.
    pub person: Email,
    /// The name in the line.
    pub project: ProjectName,
    /// Names of projects that may have been meant, the nearest first.
    pub near: Vec<ProjectName>,
}

impl Remark for UnknownProject {
    const RULE: Rule = Rule {
        code: "unknown_project",
        topic: Topic::People,
        severity: Severity::Blocked,
        unless: &[],
        found_when: "a line names a project that the organization does not have; the person's \
                     access is left as it is",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "correct the name, or make the project in the portal first"
    }
}
