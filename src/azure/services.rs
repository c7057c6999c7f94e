//! The services, as one reader and one writer: puts `devops` and `graph` together.

mod standstill;

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::OnceCell;

pub use standstill::Standstill;

use crate::apply::port::{ApiError, Bindings, Outcome, Reader, Writer, descriptors};
use crate::azure::devops::access_change::AccessChange;
use crate::azure::devops::mapping::{self, Mapping};
use crate::azure::devops::tokens::{self, Revocation};
use crate::azure::devops::{access, policies, probe, read, write as devops_write};
use crate::azure::graph::guest_lookup::InitialDomain;
use crate::azure::graph::invite::{Asking, Invite, invite_all};
use crate::azure::graph::members::{self, NewMember};
use crate::azure::graph::{deleted, tenant, write as graph_write};
use crate::azure::read::directory_groups;
use crate::azure::read::everything;
use crate::azure::settings::{OnPassword, Settings, SetupError};
use crate::azure::transport::client::Client;
use crate::azure::transport::host::Audience;
use crate::azure::transport::side_by_side::all_at_once;
use crate::azure::write::order::{Order, order, refused};
use crate::model::desired::{Scope, TenantRef};
use crate::model::ids::{Descriptor, ObjectId, OrganizationName, RemoteId, StorageKey, TenantId};
use crate::model::live::{Connection, Live};
use crate::model::person::Email;
use crate::model::policy::Policy;
use crate::model::saved_groups::SavedGroup;
use crate::plan::value::Step;

/// Azure DevOps and Microsoft Graph, for one organization and one tenant.
pub struct Services {
    pub(super) client: Client,
    pub(super) organization: OrganizationName,
    pub(super) tenant: TenantRef,
    pub(super) tenant_id: OnceCell<TenantId>,
    pub(super) initial_domain: InitialDomain,
    pub(super) on_password: Option<OnPassword>,
    // Whether it is known of which tenants the tokens must be.
    pub(super) is_aimed: AtomicBool,
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Services")
            .field("organization", &self.organization)
            .field("tenant", &self.tenant)
            .field("sign_in", self.client.sign_in())
            .finish_non_exhaustive()
    }
}

impl Services {
    /// Prepares to reach an organization and the tenant that is to back it: those of every scope
    /// that is read and every step that is sent. Sends nothing.
    ///
    /// # Errors
    /// [`SetupError`] when the endpoint is refused or no HTTP client can be made.
    pub fn new(
        settings: Settings,
        organization: OrganizationName,
        tenant: TenantRef,
    ) -> Result<Self, SetupError> {
        let on_password = settings.on_password.clone();
        Ok(Self {
            client: Client::new(settings)?,
            organization,
            tenant,
            tenant_id: OnceCell::new(),
            initial_domain: InitialDomain::new(),
            on_password,
            is_aimed: AtomicBool::new(false),
        })
    }

    async fn tenant_id(&self) -> Result<TenantId, ApiError> {
        let look_up = || tenant::look_up(&self.client, &self.tenant);
        self.tenant_id.get_or_try_init(look_up).await.copied()
    }

    /// Finds out of which tenants the tokens must be.
    pub(super) async fn aim(&self) -> Result<(Connection, TenantId), ApiError> {
        let (connection, tenant) = tokio::try_join!(
            probe::connection(&self.client, &self.organization),
            self.tenant_id()
        )?;
        let sign_in = self.client.sign_in();
        sign_in.aim(Audience::DevOps, connection.tenant()).await;
        sign_in.aim(Audience::Graph, Some(tenant)).await;
        self.is_aimed.store(true, Ordering::Release);
        Ok((connection, tenant))
    }

    async fn read_live(&self, scope: &Scope<'_>) -> Result<Live, ApiError> {
        debug_assert_eq!(scope.organization, &self.organization, "made for another");
        let backing = self.aim().await?;
        // Many reads at once are a large future, and every command would carry it on its stack.
        Box::pin(everything::read(
            &self.client,
            &self.organization,
            backing,
            scope,
        ))
        .await
    }

    /// What the directory's groups have in the organization: what a change of directory ends. One
    /// request for each group, so it is asked only when that is about to happen.
    ///
    /// # Errors
    /// [`ApiError`] when any of it cannot be read.
    pub async fn directory_groups(&self) -> Result<BTreeMap<ObjectId, SavedGroup>, ApiError> {
        if !self.is_aimed.load(Ordering::Acquire) {
            self.aim().await?;
        }
        directory_groups::read(&self.client, &self.organization).await
    }

    async fn send_all(&self, steps: &[&Step], ids: &Bindings) -> Vec<Outcome> {
        if let Err(error) = self.aim_once().await {
            return vec![Outcome::failed(error); steps.len()];
        }
        let keys: Vec<Email> = steps
            .iter()
            .map(|step| Email::from_service(step.address.key()))
            .collect();
        let mut outcomes: Vec<Option<Outcome>> = vec![None; steps.len()];
        let mut sorted = Sorted::default();
        for (n, (step, key)) in steps.iter().zip(&keys).enumerate() {
            match order(step, ids) {
                Ok(order) => sorted.take(n, key, order),
                Err(error) => put(&mut outcomes, n, Outcome::failed(error)),
            }
        }
        let answered = tokio::join!(
            self.send_single(sorted.single),
            self.send_mappings(sorted.mappings),
            self.send_invitations(sorted.invitations),
            self.send_new_users(sorted.new_users),
            self.send_access(sorted.access),
        );
        let answered: [Vec<(usize, Outcome)>; 5] = answered.into();
        for (n, outcome) in answered.into_iter().flatten() {
            put(&mut outcomes, n, outcome);
        }
        outcomes
            .into_iter()
            .zip(steps)
            .map(|(outcome, step)| {
                let forgotten = || Outcome::failed(refused(step, "it was left out"));
                outcome.unwrap_or_else(forgotten)
            })
            .collect()
    }

    async fn send_single(&self, orders: Vec<(usize, Single<'_>)>) -> Vec<(usize, Outcome)> {
        let sent = orders
            .into_iter()
            .map(|(n, single)| async move { (n, self.send_one(single).await) })
            .collect();
        all_at_once(sent).await
    }

    async fn send_mappings(&self, mappings: Vec<(usize, Mapping<'_>)>) -> Vec<(usize, Outcome)> {
        let (numbers, mappings): (Vec<usize>, Vec<Mapping<'_>>) = mappings.into_iter().unzip();
        let outcomes = mapping::map_all(&self.client, &self.organization, &mappings).await;
        numbers.into_iter().zip(outcomes).collect()
    }

    async fn send_one(&self, single: Single<'_>) -> Outcome {
        let (client, organization) = (&self.client, &self.organization);
        match single {
            Single::RemoveMember(key) => {
                devops_write::remove_member(client, organization, key).await
            }
            Single::TakeAway { id, member, user } => {
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
            Single::Connect(tenant) => devops_write::connect(client, organization, tenant).await,
            Single::Restore(user, guest) => match deleted::restore(client, user).await {
                done @ (Outcome::Done { .. } | Outcome::AlreadySo { .. }) => match guest {
                    Some(guest) => self.invite(&[guest]).await.pop().unwrap_or(done),
                    None => done,
                },
                outcome @ (Outcome::MailOwed { .. }
                | Outcome::MailUnsure { .. }
                | Outcome::Failed(_)
                | Outcome::Unsure(_)) => outcome,
            },
            Single::SetPolicy(policy, enabled) => {
                policies::set(client, organization, policy, enabled).await
            }
            Single::Revoke(revocation) => tokens::revoke(client, organization, &revocation).await,
        }
    }

    async fn send_invitations(&self, guests: Vec<(usize, Guest<'_>)>) -> Vec<(usize, Outcome)> {
        let (numbers, guests): (Vec<usize>, Vec<Guest<'_>>) = guests.into_iter().unzip();
        let outcomes = self.invite(&guests).await;
        numbers.into_iter().zip(outcomes).collect()
    }

    async fn invite(&self, guests: &[Guest<'_>]) -> Vec<Outcome> {
        let invites = guests.iter().map(|guest| Invite {
            address: guest.address,
            asking: guest.asking,
            organization: &self.organization,
        });
        let invites: Vec<Invite<'_>> = invites.collect();
        invite_all(&self.client, &self.initial_domain, &invites).await
    }

    async fn send_new_users(&self, users: Vec<(usize, NewMember<'_>)>) -> Vec<(usize, Outcome)> {
        let (numbers, people): (Vec<usize>, Vec<NewMember<'_>>) = users.into_iter().unzip();
        let outcomes = members::create(&self.client, &people, self.on_password.as_ref()).await;
        numbers.into_iter().zip(outcomes).collect()
    }

    async fn send_access(&self, access: Vec<(usize, AccessChange)>) -> Vec<(usize, Outcome)> {
        let (numbers, changes): (Vec<usize>, Vec<AccessChange>) = access.into_iter().unzip();
        let outcomes = access::set(&self.client, &self.organization, &changes).await;
        numbers.into_iter().zip(outcomes).collect()
    }
}

/// An order that is a request of its own.
enum Single<'a> {
    RemoveMember(StorageKey),
    TakeAway {
        id: RemoteId,
        member: Option<StorageKey>,
        user: Option<ObjectId>,
    },
    Connect(Option<TenantId>),
    Restore(ObjectId, Option<Guest<'a>>),
    SetPolicy(Policy, bool),
    Revoke(Revocation<'a>),
}

struct Guest<'a> {
    address: &'a Email,
    asking: Asking<'a>,
}

/// Orders by the way they are sent, each with its place in the answer.
#[derive(Default)]
struct Sorted<'a> {
    single: Vec<(usize, Single<'a>)>,
    mappings: Vec<(usize, Mapping<'a>)>,
    invitations: Vec<(usize, Guest<'a>)>,
    new_users: Vec<(usize, NewMember<'a>)>,
    access: Vec<(usize, AccessChange)>,
}

impl<'a> Sorted<'a> {
    fn take(&mut self, n: usize, key: &'a Email, order: Order<'a>) {
        match order {
            Order::RemoveMember(key) => self.single.push((n, Single::RemoveMember(key))),
            Order::TakeAway { id, member, user } => {
                self.single.push((n, Single::TakeAway { id, member, user }));
            }
            Order::Connect(tenant) => self.single.push((n, Single::Connect(tenant))),
            Order::Map(mapping) => self.mappings.push((n, mapping)),
            Order::SetAccess(change) => self.access.push((n, change)),
            Order::SetPolicy(policy, enabled) => {
                self.single.push((n, Single::SetPolicy(policy, enabled)));
            }
            Order::Revoke(revocation) => self.single.push((n, Single::Revoke(revocation))),
            Order::CreateUser { display_name } => {
                let person = NewMember {
                    name: key,
                    display_name,
                };
                self.new_users.push((n, person));
            }
            Order::Invite(asking) => {
                let guest = Guest {
                    address: key,
                    asking,
                };
                self.invitations.push((n, guest));
            }
            Order::Restore { user, asking } => {
                let guest = asking.map(|asking| Guest {
                    address: key,
                    asking,
                });
                self.single.push((n, Single::Restore(user, guest)));
            }
        }
    }
}

fn put(outcomes: &mut [Option<Outcome>], n: usize, outcome: Outcome) {
    if let Some(slot) = outcomes.get_mut(n) {
        *slot = Some(outcome);
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

impl Reader for Services {
    fn read(&self, scope: &Scope<'_>) -> impl Future<Output = Result<Live, ApiError>> + Send {
        self.read_live(scope)
    }

    async fn descriptors(
        &self,
        scope: &Scope<'_>,
    ) -> Result<BTreeMap<StorageKey, Descriptor>, ApiError> {
        debug_assert_eq!(scope.organization, &self.organization, "made for another");
        self.aim().await?;
        let members = read::members(&self.client, &self.organization, read::With::Nothing);
        Ok(descriptors(members.await?))
    }

    fn connection(
        &self,
        scope: &Scope<'_>,
    ) -> impl Future<Output = Result<Connection, ApiError>> + Send {
        debug_assert_eq!(scope.organization, &self.organization, "made for another");
        probe::connection(&self.client, &self.organization)
    }
}

impl Writer for Services {
    fn send(&self, steps: &[&Step], ids: &Bindings) -> impl Future<Output = Vec<Outcome>> + Send {
        self.send_all(steps, ids)
    }

    async fn forget_tokens(&self) {
        self.client.sign_in().forget().await;
        self.is_aimed.store(false, Ordering::Release);
    }
}
