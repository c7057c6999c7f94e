//! The services in this process: they answer from the world, and do what the real ones do. Each request
//! goes to the oracle before it is carried out.

use std::sync::{Mutex, MutexGuard};

use jiff::Timestamp;
use orgctl::apply::port::{
    ApiError, Bindings, Call, CallError, Notifier, Outcome, Reader, StepError, Writer,
};
use orgctl::model::desired::Scope;
use orgctl::model::ids::{ObjectId, RemoteId, RequestId, StorageKey};
use orgctl::model::live::{Connection, InvitationStatus, Live, UserType};
use orgctl::model::person::Email;
use orgctl::plan::value::Step;

use crate::humans::{HumanId, WORK};
use crate::lines::Line;
use crate::oracle;
use crate::requests::Request;
use crate::story::Story;
use crate::view::{self, TENANT};
use crate::world::{Account, World};

/// Both services and the postman.
pub(crate) struct Services(pub(crate) Mutex<Story>);

impl Services {
    pub(crate) fn story(&self) -> MutexGuard<'_, Story> {
        self.0.lock().unwrap()
    }
}

impl Reader for Services {
    async fn read(&self, scope: &Scope<'_>) -> Result<Live, CallError> {
        Ok(view::live(&self.story().world, scope))
    }

    async fn connection(&self, _: &Scope<'_>) -> Result<Connection, CallError> {
        Ok(view::connection(&self.story().world))
    }
}

impl Writer for Services {
    async fn send(&self, steps: &[&Step], ids: &Bindings) -> Vec<Outcome> {
        let mut story = self.story();
        steps.iter().map(|step| story.send(step, ids)).collect()
    }

    async fn forget_tokens(&self) {}
}

impl Notifier for Services {
    async fn deliver(&self, steps: &[&Step], _: Timestamp) -> Vec<Outcome> {
        let mut story = self.story();
        let mut deliver = |step: &&Step| {
            let violation = oracle::notice(&story, step);
            story.violations.extend(violation);
            let member = step.change.attributes().member();
            Outcome::Done {
                remote_id: RemoteId::StorageKey(member.unwrap_or(StorageKey::NONE)),
                request_id: None,
            }
        };
        steps.iter().map(&mut deliver).collect()
    }
}

impl Story {
    fn send(&mut self, step: &Step, ids: &Bindings) -> Outcome {
        let request = match Request::of(step, ids) {
            Ok(request) => request,
            Err(why) => {
                let address = step.address.clone();
                return Outcome::failed(StepError::NoRequest { address, why });
            }
        };
        let words = request.told(&self.world).to_string();
        self.log.push(format!("request: {}: {words}", step.address));
        let violation = oracle::request(self, step, &request);
        if let (None, Request::Remove(key), Some(line)) = (
            &violation,
            &request,
            self.line_of(step).map(|line| line.key.clone()),
        ) {
            // The line means whom it has taken out, from now on.
            if let Some(line) = self.lines.by_key.get_mut(&line) {
                line.user = Some(*key);
            }
        }
        self.violations.extend(violation);
        let means = self.line_of(step).map(|line| line.means);
        match self.world.carry_out(&request, means) {
            Ok(remote_id) => Outcome::Done {
                remote_id,
                request_id: Some(RequestId::new("r")),
            },
            Err(why) => {
                self.log.push(format!("refused: {why}"));
                let url = step.address.to_string();
                let error = ApiError::unexpected(Call::Batch, "POST", url, why.to_owned());
                Outcome::failed(CallError::from(error))
            }
        }
    }

    /// The line of org.toml that a step is for, or was for before the line was deleted.
    pub(crate) fn line_of(&self, step: &Step) -> Option<&Line> {
        match &step.source {
            Some(place) => self.lines.by_key.get(self.rows.get(&place.line)?),
            None => self.lines.ever(&step.address.person()),
        }
    }
}

/// Why a service does not do what it is asked for.
type Refusal = &'static str;

impl World {
    /// Carries out a request. `means` is the human to whom a new account goes.
    fn carry_out(
        &mut self,
        request: &Request,
        means: Option<HumanId>,
    ) -> Result<RemoteId, Refusal> {
        match request {
            Request::Remove(key) => self.remove(*key).map(RemoteId::StorageKey),
            Request::TakeAway { user, account } => {
                if let Some(key) = user {
                    self.remove(*key)?;
                }
                if let Some(id) = account {
                    self.delete(*id)?;
                }
                let of_user = || user.map(RemoteId::StorageKey);
                let id = account.map(RemoteId::ObjectId).or_else(of_user);
                id.ok_or("nobody")
            }
            Request::Create { name, display_name } => {
                let human = means.ok_or("for nobody")?;
                if name.domain() != WORK {
                    return Err("the domain is not the tenant's");
                }
                if self.directory().any(|(_, account)| account.upn == *name) {
                    return Err("the name is taken");
                }
                let id = self.add_member(human, name);
                let account = self.account_mut(id);
                account.display_name.clone_from(display_name);
                account.made = true;
                Ok(RemoteId::ObjectId(id))
            }
            Request::Restore(id) => self.restore(*id).map(RemoteId::ObjectId),
            Request::Invite {
                address,
                display_name,
                again,
            } => {
                let id = self.invite(address, *again)?;
                if let Some(name) = display_name {
                    self.account_mut(id).display_name.clone_from(name);
                }
                Ok(RemoteId::ObjectId(id))
            }
            Request::Connect => {
                self.connect();
                Ok(RemoteId::TenantId(TENANT))
            }
            Request::Map { user, account } => self.map(*user, *account).map(RemoteId::StorageKey),
            Request::SetLevel { user, level } => {
                let there = self.users.get_mut(user).filter(|user| !user.removed);
                there.ok_or("no such user")?.level = *level;
                Ok(RemoteId::StorageKey(*user))
            }
            Request::Add { account, level } => {
                let key = self.add(*account)?;
                let user = self.user_mut(key);
                user.level = *level;
                user.added = true;
                Ok(RemoteId::StorageKey(key))
            }
        }
    }

    /// Takes the entitlement away. What else the user had waits for the day they come back.
    pub(crate) fn remove(&mut self, key: StorageKey) -> Result<StorageKey, Refusal> {
        let there = self.users.get_mut(&key).filter(|user| !user.removed);
        there.ok_or("no such user")?.removed = true;
        Ok(key)
    }

    pub(crate) fn delete(&mut self, id: ObjectId) -> Result<ObjectId, Refusal> {
        let day = self.day;
        let there = self.accounts.get_mut(&id).filter(|it| it.is_there());
        there.ok_or("no such account")?.deleted = Some(day);
        Ok(id)
    }

    pub(crate) fn restore(&mut self, id: ObjectId) -> Result<ObjectId, Refusal> {
        let account = self.accounts.get(&id).filter(|it| !it.is_there());
        let name = account.ok_or("no such deleted account")?.upn.clone();
        if self.directory().any(|(_, account)| account.upn == name) {
            return Err("the name is taken");
        }
        self.account_mut(id).deleted = None;
        Ok(id)
    }

    /// Invites an address. A guest who is found by it keeps their account.
    fn invite(&mut self, address: &Email, again: Option<ObjectId>) -> Result<ObjectId, Refusal> {
        if address.domain() == WORK {
            return Err("the domain is the tenant's own");
        }
        if let Some(id) = self.account_at(address) {
            let account = self.account(id);
            return match again {
                Some(wanted) if wanted != id => Err("the address is not that of the user"),
                _ if !account.enabled => Err("the account is blocked"),
                None if account.invitation.is_none() => Err("the account is there already"),
                Some(_) | None => Ok(id),
            };
        }
        let is_proxy = |account: &Account| account.proxies.contains(address);
        if self.directory().any(|(_, account)| is_proxy(account)) {
            return Err("another object has the address as a proxy address");
        }
        let human = self.humans.reader_of(address).ok_or("nobody reads it")?;
        let id = self.add_guest(human, address);
        self.account_mut(id).made = true;
        Ok(id)
    }

    /// Connects the organization. The service matches by sign-in name and by nothing else; who is not
    /// matched is disconnected.
    pub(crate) fn connect(&mut self) {
        if self.connected {
            return;
        }
        self.connected = true;
        let keys: Vec<StorageKey> = self.members().map(|(key, _)| key).collect();
        for key in keys {
            let name = &self.user(key).name;
            let is_matched = |it: &Account| it.upn == *name && it.kind == UserType::Member;
            let id = self.account_called(name);
            let id = id.filter(|id| is_matched(self.account(*id)));
            let taken = id.and_then(|id| self.user_with(id));
            match id.filter(|_| taken.is_none()) {
                Some(id) => self.bind(key, id),
                None => self.user_mut(key).disconnected = true,
            }
        }
    }

    /// Makes a user an account: the rights and the history stay, the name is that of the account.
    fn bind(&mut self, key: StorageKey, id: ObjectId) {
        let account = self.account(id);
        let outside = account.mail.as_ref().filter(|_| account.is_guest());
        let name = outside.unwrap_or(&account.upn).clone();
        let display_name = account.display_name.clone();
        let mail = account.mail.clone();
        let user = self.user_mut(key);
        user.name = name;
        user.display_name = display_name;
        user.mail = mail.or_else(|| user.mail.clone());
        user.account = Some(id);
        user.disconnected = false;
    }

    fn map(&mut self, key: StorageKey, id: ObjectId) -> Result<StorageKey, Refusal> {
        if !self.connected {
            return Err("the organization is not connected");
        }
        if self.users.get(&key).is_none_or(|user| user.removed) {
            return Err("no such user");
        }
        if self.accounts.get(&id).is_none_or(|it| !it.is_there()) {
            return Err("no such account");
        }
        let other = self.user_with(id).filter(|other| *other != key);
        if other.is_some_and(|other| !self.user(other).removed) {
            return Err("the account is an active user already");
        }
        if let Some(other) = other {
            self.user_mut(other).account = None;
        }
        self.bind(key, id);
        Ok(key)
    }

    /// Adds an account to the organization; one that was there before gets back what it had.
    pub(crate) fn add(&mut self, id: ObjectId) -> Result<StorageKey, Refusal> {
        if !self.connected {
            return Err("the organization is not connected");
        }
        let account = self.accounts.get(&id).filter(|it| it.is_there());
        let account = account.ok_or("no such account")?;
        let (human, name) = (account.human, account.upn.clone());
        let key = match self.user_with(id) {
            Some(key) => key,
            None => self.add_user(human, &name),
        };
        self.user_mut(key).removed = false;
        self.bind(key, id);
        Ok(key)
    }

    /// A guest follows the link in the letter.
    pub(crate) fn accept(&mut self, id: ObjectId) {
        self.account_mut(id).invitation = Some(InvitationStatus::Accepted);
    }

    /// Signs in: the organization takes over what the directory calls the account by now.
    pub(crate) fn sign_in(&mut self, key: StorageKey) {
        let account = self.user(key).account;
        if let Some(id) = account.filter(|id| self.account(*id).is_there()) {
            self.bind(key, id);
        }
    }
}
