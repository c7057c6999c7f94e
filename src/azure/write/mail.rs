//! Mail of our own, from one mailbox.

use crate::apply::port::Outcome;
use crate::azure::graph::mail::{self, Mail};
use crate::azure::services::Services;
use crate::azure::transport::side_by_side::side_by_side;
use crate::model::person::Email;

/// Mails at a time: a mailbox takes no more requests of one application than these.
const MAILS_AT_ONCE: usize = 4;

impl Services {
    /// Sends mails from a mailbox, without one from that of whoever is signed in; says what became of
    /// each, in the order given. None is ever sent twice: what was lost on the way is
    /// [`Outcome::Unsure`].
    pub async fn send_mails(&self, sender: Option<&Email>, mails: &[Mail]) -> Vec<Outcome> {
        if let Err(error) = self.aim_once().await {
            return vec![Outcome::failed(error); mails.len()];
        }
        let sent = mails
            .iter()
            .map(|one| mail::send(&self.client, sender, one));
        side_by_side(MAILS_AT_ONCE, sent.collect()).await
    }
}
