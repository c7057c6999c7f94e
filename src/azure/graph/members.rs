//! New members of the directory, made in batches.
//!
//! A creation is not repeated blindly: when its answer is lost, the principal name is looked up
//! first, which is unique.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::value::RawValue;
use tokio::time::sleep;

use crate::apply::port::{ApiError, Call, CallError, Outcome, StepError};
use crate::azure::settings::OnPassword;
use crate::azure::transport::client::Client;
use crate::azure::transport::encode::encode;
use crate::azure::transport::host::Host;
use crate::azure::transport::request::{Method, Repeat, unwritable};
use crate::azure::transport::retry::{ATTEMPTS_MAX, Waits};
use crate::azure::transport::side_by_side::all_at_once;
use crate::model::ids::{ObjectId, RemoteId, RequestId};
use crate::model::person::Email;

use super::batch::{self, Item, ItemAnswer};
use super::password::{new_password, nickname};
use super::wire::{Made, NewUser, PasswordProfile};

/// Creations in one batch. Each counts as a write of its own, and the directory takes twenty writes
/// a second; half of that leaves room for others.
const CREATIONS_MAX: usize = 10;

/// How often a name that is taken is looked up again. With a second before the first time this is a
/// quarter of a minute.
const LATE_LOOKS_MAX: u32 = 4;

const USERS: &str = "/users";

/// Somebody to make.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewMember<'a> {
    /// The user principal name.
    pub(crate) name: &'a Email,
    /// The name that others see.
    pub(crate) display_name: &'a str,
}

/// How far one creation has come.
enum Stand {
    /// To be sent.
    Open {
        body: Box<RawValue>,
        /// Whether it was sent before, and its answer lost.
        is_again: bool,
    },
    /// Sent, and nothing can be said of it.
    Doubtful(Box<RawValue>, CallError),
    /// The name is taken.
    Taken {
        error: CallError,
        /// By ourselves, it may be: an answer of before was lost.
        is_again: bool,
    },
    /// Settled.
    Settled(Outcome),
}

/// Makes members of the directory.
pub(crate) async fn create(
    client: &Client,
    people: &[NewMember<'_>],
    on_password: Option<&OnPassword>,
) -> Vec<Outcome> {
    let made = people.chunks(CREATIONS_MAX).map(|chunk| async move {
        let stands = chunk.iter().map(|person| prepare(person, on_password));
        let mut stands: Vec<Stand> = stands.collect();
        send_all(client, chunk, &mut stands).await;
        wait_for_taken(client, chunk, &mut stands).await;
        stands.into_iter().map(Stand::into_outcome)
    });
    let made = all_at_once(made.collect()).await;
    made.into_iter().flatten().collect()
}

/// Sends what is open. Whoever is neither there nor refused is tried again.
async fn send_all(client: &Client, people: &[NewMember<'_>], stands: &mut [Stand]) {
    let mut waits = Waits::new(client.backoff_first());
    for attempt in 0..ATTEMPTS_MAX {
        if !stands
            .iter()
            .any(|stand| matches!(stand, Stand::Open { .. }))
        {
            return;
        }
        if attempt > 0 {
            sleep(waits.next_wait()).await;
        }
        send(client, stands).await;
        look_up(client, people, stands).await;
    }
}

impl Stand {
    fn into_outcome(self) -> Outcome {
        match self {
            Self::Settled(outcome) => outcome,
            Self::Doubtful(_, error) => Outcome::unsure(error),
            Self::Taken { error, .. } => Outcome::failed(error),
            Self::Open { .. } => Outcome::unsure(error(
                "sent again and again, never answered, and not to be found".to_owned(),
            )),
        }
    }
}

fn url() -> String {
    format!("https://{}/v1.0{USERS}", Host::Graph.name())
}

fn error(message: String) -> CallError {
    ApiError::unexpected(Call::CreateUser, Method::Post.into_str(), url(), message).into()
}

/// Makes a first password and has it kept before anything is sent.
fn prepare(person: &NewMember<'_>, on_password: Option<&OnPassword>) -> Stand {
    let password = new_password();
    let failed = |message| {
        let request = format!("{} {}", Method::Post.into_str(), url());
        Stand::Settled(Outcome::Failed(StepError::Password { message, request }))
    };
    let Some(on_password) = on_password else {
        return failed("there is no place to keep the first password".to_owned());
    };
    if let Err(why) = on_password(person.name, &password) {
        return failed(format!("the first password could not be kept: {why}"));
    }
    match body(person, &password) {
        Ok(body) => Stand::Open {
            body,
            is_again: false,
        },
        Err(error) => {
            let error = unwritable(Call::CreateUser, Method::Post, &error);
            Stand::Settled(Outcome::failed(error))
        }
    }
}

fn body(
    person: &NewMember<'_>,
    password: &SecretString,
) -> Result<Box<RawValue>, serde_json::Error> {
    serde_json::value::to_raw_value(&NewUser {
        account_enabled: true,
        display_name: person.display_name,
        mail_nickname: nickname(person.name.local_part()),
        user_principal_name: person.name.as_str(),
        password_profile: PasswordProfile {
            force_change_password_next_sign_in: true,
            password: password.expose_secret(),
        },
    })
}

async fn send(client: &Client, stands: &mut [Stand]) {
    let items: Vec<Item<'_>> = stands
        .iter()
        .enumerate()
        .filter_map(|(id, stand)| match stand {
            Stand::Open { body, .. } => Some(Item::post(id, USERS, body)),
            Stand::Doubtful(_, _) | Stand::Taken { .. } | Stand::Settled(_) => None,
        })
        .collect();
    if items.is_empty() {
        return;
    }
    let sent = batch::send(client, &items, Repeat::Never).await;
    for (id, stand) in stands.iter_mut().enumerate() {
        let Stand::Open { body, is_again } = stand else {
            continue;
        };
        *stand = match &sent {
            Ok(answers) => review(body, *is_again, answers.get(&id.to_string())),
            Err(failure) if failure.may_be_done => {
                Stand::Doubtful(body.clone(), (*failure.error).clone())
            }
            Err(failure) => Stand::Settled(Outcome::failed((*failure.error).clone())),
        };
    }
}

fn review(body: &RawValue, is_again: bool, answer: Option<&ItemAnswer>) -> Stand {
    let doubtful = |error| Stand::Doubtful(body.to_owned(), error);
    let Some(answer) = answer else {
        return doubtful(error("the batch has no answer to this request".to_owned()));
    };
    if answer.is_good() {
        return match made_id(answer) {
            Some(id) => Stand::Settled(done(id, answer.request_id.clone())),
            None => doubtful(error("the answer has no id".to_owned())),
        };
    }
    let (error, details) = answer.error(Call::CreateUser, Method::Post.into_str(), USERS);
    if answer.may_be_done() {
        doubtful(error)
    } else if is_conflict(&error, &details) {
        Stand::Taken { error, is_again }
    } else {
        Stand::Settled(Outcome::failed(error))
    }
}

fn is_conflict(error: &CallError, details: &[String]) -> bool {
    details.iter().any(|code| code == "ObjectConflict")
        || error
            .message()
            .contains("same value for property userPrincipalName")
}

/// Looks up again whose name is taken although nobody has it: who was made a moment ago is seen
/// late.
async fn wait_for_taken(client: &Client, people: &[NewMember<'_>], stands: &mut [Stand]) {
    let mut wait = client.backoff_first();
    for _ in 0..LATE_LOOKS_MAX {
        if !stands
            .iter()
            .any(|stand| matches!(stand, Stand::Taken { .. }))
        {
            return;
        }
        sleep(wait).await;
        wait = wait.saturating_mul(2);
        look_up(client, people, stands).await;
    }
}

/// Settles what is in doubt or taken by looking the names up.
async fn look_up(client: &Client, people: &[NewMember<'_>], stands: &mut [Stand]) {
    let paths: BTreeMap<usize, String> = stands
        .iter()
        .zip(people)
        .enumerate()
        .filter_map(|(id, (stand, person))| match stand {
            Stand::Doubtful(_, _) | Stand::Taken { .. } => Some((id, user_path(person.name))),
            Stand::Open { .. } | Stand::Settled(_) => None,
        })
        .collect();
    if paths.is_empty() {
        return;
    }
    let items: Vec<Item<'_>> = paths
        .iter()
        .map(|(id, path)| Item::get(*id, path))
        .collect();
    let Ok(answers) = batch::send(client, &items, Repeat::Freely).await else {
        return;
    };
    for (id, stand) in stands.iter_mut().enumerate() {
        let Some(answer) = answers.get(&id.to_string()) else {
            continue;
        };
        let found = Some(answer).filter(|a| a.is_good()).and_then(made_id);
        *stand = match (&*stand, found) {
            (
                Stand::Doubtful(_, error)
                | Stand::Taken {
                    error,
                    is_again: true,
                },
                Some(id),
            ) => Stand::Settled(done(id, error.request_id().cloned())),
            (Stand::Taken { .. }, Some(id)) => Stand::Settled(Outcome::AlreadySo {
                remote_id: RemoteId::ObjectId(id),
            }),
            (Stand::Doubtful(body, _), None) if answer.status == 404 => Stand::Open {
                body: body.clone(),
                is_again: true,
            },
            (_, _) => continue,
        };
    }
}

fn made_id(answer: &ItemAnswer) -> Option<ObjectId> {
    let made: Made<'_> = answer.json()?;
    let id: ObjectId = made.id.as_str().parse().ok()?;
    (!id.is_nil()).then_some(id)
}

const fn done(id: ObjectId, request_id: Option<RequestId>) -> Outcome {
    Outcome::Done {
        remote_id: RemoteId::ObjectId(id),
        request_id,
    }
}

/// The path of a user by principal name. `@` may stand as it is, `#` may not.
fn user_path(name: &Email) -> String {
    let name = encode(name.as_str()).replace("%40", "@");
    format!("{USERS}/{name}?$select=id,userPrincipalName")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guests_name_fits_into_a_path() {
        let name = Email::from_service("ana_x.y#EXT#@contoso.onmicrosoft.com");
        assert_eq!(
            user_path(&name),
            "/users/ana_x.y%23ext%23@contoso.onmicrosoft.com?$select=id,userPrincipalName"
        );
    }

    #[test]
    fn nobody_is_made_whose_password_is_not_kept() {
        let name = Email::from_service("sam@contoso.com");
        let person = NewMember {
            name: &name,
            display_name: "Sam",
        };
        let full: OnPassword = std::sync::Arc::new(|_, _| Err(std::io::Error::other("disk full")));
        for hook in [None, Some(&full)] {
            let stand = prepare(&person, hook);
            assert!(matches!(stand, Stand::Settled(Outcome::Failed(_))));
        }
    }
}
