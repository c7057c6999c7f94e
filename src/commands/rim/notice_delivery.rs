//! Notices on their way: rendered, then written to files or sent as mail.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use super::files;
use super::inputs::Config;
use super::session::Session;
use crate::apply::port::{Notifier, Outcome, StepError};
use crate::azure::Mail;
use crate::azure::services::Services;
use crate::error::{CommandError, Exit};
use crate::model::desired::DesiredNotices;
use crate::model::ids::{OrganizationName, RemoteId};
use crate::model::notice::Deliver;
use crate::plan::value::{Header, Step};
use crate::report::notice::{self, Facts, Notice, Row, Templates, Text, file_stem};
use crate::state::disk::sync_folder_of;
use crate::state::value::State;

/// The names of the administrator's files.
const SUMMARY: &str = "summary.csv";
const INDEX: &str = "index.html";

/// A file or folder that could not be written, and why.
type Unwritten = (PathBuf, std::io::Error);

/// What notices are made from, and where they go.
pub(crate) struct NoticeDelivery<'a> {
    pub(crate) folder: PathBuf,
    services: &'a Services,
    wanted: Option<&'a DesiredNotices>,
    templates: &'a Templates,
    organization: OrganizationName,
    tenant_name: String,
}

impl<'a> NoticeDelivery<'a> {
    pub(crate) fn new(
        session: &Session,
        config: &'a Config,
        services: &'a Services,
        header: &Header,
    ) -> Self {
        Self {
            folder: session.notices_folder(&config.resolved),
            services,
            wanted: config.resolved.desired.notices.as_ref(),
            templates: &config.templates,
            organization: config.resolved.desired.organization.clone(),
            tenant_name: header.tenant_name.clone(),
        }
    }

    /// Whether notices are files.
    pub(crate) fn are_files(&self) -> bool {
        self.wanted
            .is_some_and(|wanted| wanted.deliver == Deliver::Files)
    }

    fn text(&self, notice: &Notice<'_>, now: Timestamp) -> Text {
        let lead_days = self.wanted.map_or(0, |wanted| wanted.lead_days);
        let lead = SignedDuration::from_hours(24 * i64::from(lead_days));
        let begin = now.checked_add(lead).ok().filter(|_| lead_days > 0);
        let facts = Facts {
            organization: &self.organization,
            tenant_name: &self.tenant_name,
            language: self
                .wanted
                .map(|wanted| wanted.language)
                .unwrap_or_default(),
            contact: self.wanted.and_then(|wanted| wanted.sender.as_ref()),
            not_before: begin
                .map(|begin| begin.strftime("%F").to_string())
                .and_then(|day| day.parse().ok()),
        };
        notice::text(notice, &facts, self.templates)
    }

    /// Writes the pages of a step's reader below a folder.
    pub(crate) fn write(
        &self,
        folder: &Path,
        notice: &Notice<'_>,
        now: Timestamp,
    ) -> Result<(), Unwritten> {
        let text = self.text(notice, now);
        let of_letter = folder.join(notice.letter.folder());
        for folder in [folder, &of_letter] {
            files::make_closed_folder(folder).map_err(|error| (folder.to_owned(), error))?;
        }
        let stem = file_stem(notice.person);
        for (extension, content) in [("md", &text.markdown), ("html", &text.html)] {
            let path = of_letter.join(format!("{stem}.{extension}"));
            files::put_closed(&path, content).map_err(|error| (path, error))?;
        }
        Ok(())
    }

    /// Writes what the administrator looks at.
    pub(crate) fn write_summary(&self, folder: &Path, rows: &[Row]) -> Result<(), CommandError> {
        let contents = [
            (SUMMARY, notice::csv(rows)),
            (INDEX, notice::index(&self.organization, rows)),
        ];
        for (name, content) in contents {
            let path = folder.join(name);
            files::make_closed_folder(folder)
                .and_then(|()| files::put_closed(&path, &content))
                .and_then(|()| sync_folder_of(&path))
                .map_err(|error| cannot_write(&path, &error))?;
        }
        Ok(())
    }

    /// The summary of everybody who has been told, where it is files that told them.
    pub(crate) fn summarize(&self, state: &State) -> Result<(), CommandError> {
        let entries = state.entries.iter();
        let rows: Vec<Row> = entries
            .filter_map(|(address, entry)| {
                Row::of(address, &entry.attributes, Some(entry.applied_at))
            })
            .collect();
        if rows.is_empty() || !self.are_files() {
            return Ok(());
        }
        self.write_summary(&self.folder, &rows)
    }

    /// Writes the pages of many, and says that they are there once their folder is synced.
    fn write_all(&self, notices: &[(&Step, Notice<'_>)], now: Timestamp) -> Vec<Outcome> {
        let written = notices
            .iter()
            .map(|(_, notice)| self.write(&self.folder, notice, now));
        let mut written: Vec<Result<(), Unwritten>> = written.collect();
        let letters = notices.iter().map(|(_, notice)| notice.letter.folder());
        for name in letters.collect::<BTreeSet<&str>>() {
            let folder = self.folder.join(name);
            if let Err(error) = sync_folder_of(&folder.join(SUMMARY)) {
                written.fill_with(|| Err((folder.clone(), error.kind().into())));
            }
        }
        let steps = notices.iter().zip(written);
        steps
            .map(|((step, notice), written)| match written {
                Ok(()) => Outcome::Done {
                    remote_id: RemoteId::StorageKey(notice.attributes.member),
                    request_id: None,
                },
                Err((path, error)) => Outcome::Failed(StepError::File {
                    path: path.display().to_string(),
                    message: format!("{} could not be written: {error}", step.address),
                }),
            })
            .collect()
    }

    async fn send_all(&self, notices: &[(&Step, Notice<'_>)], now: Timestamp) -> Vec<Outcome> {
        let mails = notices.iter().map(|(_, notice)| {
            let text = self.text(notice, now);
            Mail {
                remote_id: RemoteId::StorageKey(notice.attributes.member),
                to: notice.attributes.mail.clone(),
                subject: text.subject,
                html: text.html,
                mark: notice.letter.folder(),
            }
        });
        let mails: Vec<Mail> = mails.collect();
        let sender = self.wanted.and_then(|wanted| wanted.sender.as_ref());
        self.services.send_mails(sender, &mails).await
    }
}

impl Notifier for NoticeDelivery<'_> {
    async fn deliver(&self, steps: &[&Step], now: Timestamp) -> Vec<Outcome> {
        let notices = steps
            .iter()
            .map(|step| Some((*step, Notice::of(step)?)))
            .collect::<Option<Vec<_>>>();
        // All of one plan go by one way, which is that of org.toml.
        match notices {
            Some(notices) if self.are_files() => self.write_all(&notices, now),
            Some(notices) => self.send_all(&notices, now).await,
            None => {
                let failed = |step: &&Step| StepError::NoRequest {
                    address: step.address.clone(),
                    why: "there is nothing to tell",
                };
                steps.iter().map(failed).map(Outcome::Failed).collect()
            }
        }
    }
}

pub(crate) fn cannot_write(path: &Path, error: &std::io::Error) -> CommandError {
    let text = format!("cannot write {}", path.display());
    CommandError::new(Exit::Failure, text).caused_by(error)
}
