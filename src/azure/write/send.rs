//! From orders to requests: each goes by the way that its service has for it, many at once where there
//! is one for many.

use std::collections::BTreeMap;
use std::future::Future;

use super::order::{Alone, Guest, Order, order, refused};
use crate::apply::port::{Bindings, Outcome};
use crate::azure::devops::access_change::AccessChange;
use crate::azure::devops::mapping::{self, Mapping};
use crate::azure::devops::{access, policies, tokens, write as devops_write};
use crate::azure::graph::invite::{Invite, invite_all};
use crate::azure::graph::members::{self, NewMember};
use crate::azure::graph::{deleted, write as graph_write};
use crate::azure::services::Services;
use crate::azure::transport::side_by_side::all_at_once;
use crate::model::ids::RemoteId;
use crate::model::person::Email;
use crate::plan::value::Step;

/// Orders by the way they go, each with the number of its step.
#[derive(Default)]
struct Ways<'a> {
    new_users: Vec<(usize, NewMember<'a>)>,
    guests: Vec<(usize, Guest<'a>)>,
    mappings: Vec<(usize, Mapping<'a>)>,
    access: Vec<(usize, AccessChange)>,
    alone: Vec<(usize, Alone<'a>)>,
}

impl<'a> Ways<'a> {
    fn take(&mut self, n: usize, order: Order<'a>) {
        match order {
            Order::CreateUser(user) => self.new_users.push((n, user)),
            Order::Invite(guest) => self.guests.push((n, guest)),
            Order::Map(mapping) => self.mappings.push((n, mapping)),
            Order::SetAccess(change) => self.access.push((n, change)),
            Order::Alone(alone) => self.alone.push((n, alone)),
        }
    }
}

/// Sends orders of one sort; each answer has the number of its step.
async fn numbered<T, F>(
    orders: Vec<(usize, T)>,
    send: impl FnOnce(Vec<T>) -> F,
) -> Vec<(usize, Outcome)>
where
    F: Future<Output = Vec<Outcome>>,
{
    let (numbers, orders): (Vec<usize>, Vec<T>) = orders.into_iter().unzip();
    numbers.into_iter().zip(send(orders).await).collect()
}

impl Services {
    /// Sends steps, and says what became of each, in the order given.
    pub(in crate::azure) async fn send_all(&self, steps: &[&Step], ids: &Bindings) -> Vec<Outcome> {
        if let Err(error) = self.aim_once().await {
            return vec![Outcome::failed(error); steps.len()];
        }
        let people = steps.iter().map(|step| step.address.person());
        let people: Vec<Email> = people.collect();
        let mut outcomes = BTreeMap::new();
        let mut ways = Ways::default();
        for (n, (step, person)) in steps.iter().zip(&people).enumerate() {
            match order(step, person, ids) {
                Ok(order) => ways.take(n, order),
                Err(error) => drop(outcomes.insert(n, Outcome::Failed(error))),
            }
        }
        outcomes.extend(self.send_ways(ways).await);
        let numbered = steps.iter().enumerate();
        numbered
            .map(|(n, step)| {
                let forgotten = || Outcome::Failed(refused(step, "it was left out"));
                outcomes.remove(&n).unwrap_or_else(forgotten)
            })
            .collect()
    }

    async fn send_ways(&self, ways: Ways<'_>) -> Vec<(usize, Outcome)> {
        let (client, organization) = (&self.client, &self.organization);
        let answered = tokio::join!(
            numbered(ways.alone, |all| {
                let sent = all.into_iter().map(|one| self.send_one(one));
                all_at_once(sent.collect())
            }),
            numbered(ways.mappings, |all| async move {
                mapping::map_all(client, organization, &all).await
            }),
            numbered(ways.guests, |all| self.invite(all)),
            numbered(ways.new_users, |all| async move {
                members::create(client, &all, self.on_password.as_ref()).await
            }),
            numbered(ways.access, |all| async move {
                access::set(client, organization, &all).await
            }),
        );
        let answered: [Vec<(usize, Outcome)>; 5] = answered.into();
        answered.into_iter().flatten().collect()
    }

    async fn invite(&self, guests: Vec<Guest<'_>>) -> Vec<Outcome> {
        let invites = guests.into_iter().map(|guest| Invite {
            address: guest.address,
            asking: guest.asking,
            organization: &self.organization,
        });
        let invites: Vec<Invite<'_>> = invites.collect();
        invite_all(&self.client, &self.initial_domain, &invites).await
    }

    async fn send_one(&self, order: Alone<'_>) -> Outcome {
        let (client, organization) = (&self.client, &self.organization);
        match order {
            Alone::RemoveMember(key) => {
                devops_write::remove_member(client, organization, key).await
            }
            Alone::TakeAway { id, member, user } => {
                let mut last = Outcome::AlreadySo { remote_id: id };
                if let Some(key) = member {
                    last = devops_write::remove_member(client, organization, key).await;
                    if matches!(last, Outcome::Failed(_) | Outcome::Unsure(_)) {
                        return last;
                    }
                }
                if let Some(user) = user {
                    last = graph_write::delete_user(client, user).await;
                }
                with_id(last, id)
            }
            Alone::Connect(tenant) => devops_write::connect(client, organization, tenant).await,
            Alone::Restore { user, guest } => match deleted::restore(client, user).await {
                done @ (Outcome::Done { .. } | Outcome::AlreadySo { .. }) => match guest {
                    Some(guest) => self.invite(vec![guest]).await.pop().unwrap_or(done),
                    None => done,
                },
                outcome @ (Outcome::MailOwed { .. }
                | Outcome::MailUnsure { .. }
                | Outcome::Failed(_)
                | Outcome::Unsure(_)) => outcome,
            },
            Alone::SetPolicy(policy, enabled) => {
                policies::set(client, organization, policy, enabled).await
            }
            Alone::Revoke(revocation) => tokens::revoke(client, organization, &revocation).await,
        }
    }
}

/// The outcome of taking something away, under the id that the plan knows.
fn with_id(outcome: Outcome, id: RemoteId) -> Outcome {
    match outcome {
        Outcome::Done { request_id, .. } => Outcome::Done {
            remote_id: id,
            request_id,
        },
        Outcome::AlreadySo { .. } => Outcome::AlreadySo { remote_id: id },
        Outcome::MailOwed { .. }
        | Outcome::MailUnsure { .. }
        | Outcome::Failed(_)
        | Outcome::Unsure(_) => outcome,
    }
}
