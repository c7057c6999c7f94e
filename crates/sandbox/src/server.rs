//! Starting and stopping. Owns the socket and the tasks; what is answered is decided in `routing`.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use jiff::Timestamp;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time;

use super::fault::{Fault, Faults};
use super::hosts::{self, HOSTS, Links};
use super::log::Logged;
use super::net::certificate::Secured;
use super::net::connection::Connection;
use super::net::listener::CuttingListener;
use super::routing;
use super::saver::{self, Save};
use super::shared::Shared;
use super::world::World;

/// What a sandbox is started with.
#[non_exhaustive]
pub struct Options {
    /// Its contents.
    pub world: World,
    /// Where it listens: a loopback address; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Keeps the world.
    pub save: Save,
    /// Misbehaviour from the start.
    pub faults: Vec<Fault>,
    /// Where links in answers lead.
    pub links: Links,
    /// HTTPS instead of HTTP, with a certificate that is made now: at this time, for there is no
    /// calendar in here.
    pub tls: Option<Timestamp>,
}

impl Options {
    /// A sandbox on a free loopback port that keeps its world nowhere and has no faults.
    pub fn new(world: World) -> Self {
        Self {
            world,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            save: Arc::new(|_| Ok(())),
            faults: Vec::new(),
            links: Links::default(),
            tls: None,
        }
    }
}

/// Why a sandbox does not run.
#[derive(Debug, Error)]
pub enum SandboxError {
    /// Its credentials are public, so nobody else may reach it.
    #[error("{0} is not a loopback address")]
    NotLoopback(SocketAddr),
    /// The address cannot be had.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// HTTPS was asked for and cannot be spoken.
    #[error("cannot make a certificate")]
    Certificate(#[source] io::Error),
    /// The world could not be saved.
    #[error("cannot save the world")]
    Save(#[source] io::Error),
    /// The server ended by itself.
    #[error("the server stopped")]
    Serve(#[source] io::Error),
}

/// The services on loopback.
#[derive(Debug)]
pub struct Sandbox;

impl Sandbox {
    /// Starts the services. They run until [`Running::stop`], or until the [`Running`] is dropped.
    ///
    /// # Errors
    /// [`SandboxError`] when the address is not a loopback one or cannot be had.
    pub async fn start(options: Options) -> Result<Running, SandboxError> {
        let Options {
            world,
            listen,
            save,
            faults,
            links,
            tls,
        } = options;
        if !listen.ip().is_loopback() {
            return Err(SandboxError::NotLoopback(listen));
        }
        let failed = |source| SandboxError::Listen {
            address: listen,
            source,
        };
        let secured = tls.map(|now| Secured::new(listen.ip(), now)).transpose();
        let secured = secured.map_err(SandboxError::Certificate)?;
        let tcp = TcpListener::bind(listen).await.map_err(failed)?;
        let address = tcp.local_addr().map_err(failed)?;
        let scheme = if secured.is_some() { "https" } else { "http" };
        let endpoint = format!("{scheme}://{address}");
        let (tls, authority) = secured.map(|it| (it.acceptor, it.authority)).unzip();
        let shared = Shared::new(world, Faults::new(faults), links, endpoint);
        let (stop_server, stopping) = watch::channel(false);
        let server = tokio::spawn(serve(
            CuttingListener { tcp, tls },
            shared.clone(),
            stopping,
        ));
        let (stop_saver, stopping) = watch::channel(false);
        let saving = saver::run(shared.clone(), save, shared.changes(), stopping);
        let saver = tokio::spawn(saving);
        Ok(Running {
            shared,
            authority,
            stop_server,
            stop_saver,
            server,
            saver,
        })
    }
}

async fn serve(
    listener: CuttingListener,
    shared: Shared,
    mut stopping: watch::Receiver<bool>,
) -> io::Result<()> {
    let routes = Router::new().fallback(routing::answer).with_state(shared);
    let service = routes.into_make_service_with_connect_info::<Connection>();
    let stopped = async move {
        // An error means that nobody can tell us to stop any more, so it is time to.
        drop(stopping.wait_for(|stop| *stop).await);
    };
    axum::serve(listener, service)
        .with_graceful_shutdown(stopped)
        .await
}

/// A running sandbox.
#[must_use = "the services stop when this is dropped"]
pub struct Running {
    shared: Shared,
    authority: Option<String>,
    stop_server: watch::Sender<bool>,
    // The saver outlives the server, so that it saves what the last request did.
    stop_saver: watch::Sender<bool>,
    server: JoinHandle<io::Result<()>>,
    saver: JoinHandle<io::Result<()>>,
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("endpoint", &self.endpoint())
            .finish_non_exhaustive()
    }
}

impl Running {
    /// How long requests in flight are waited for when stopping. A fault can delay one for longer.
    const PATIENCE: Duration = Duration::from_secs(2);

    /// Its address, such as `http://127.0.0.1:4000`.
    pub fn endpoint(&self) -> &str {
        self.shared.endpoint()
    }

    /// The certificate that a client has to trust, in PEM, where HTTPS is spoken.
    pub fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// The hosts that are played, and the port on which clients look for each.
    pub fn hosts(&self) -> impl Iterator<Item = (&'static str, u16)> {
        let is_tls = self.authority.is_some();
        let port = move |host| {
            if is_tls && !hosts::is_plain(host) {
                443
            } else {
                80
            }
        };
        HOSTS.into_iter().map(move |host| (host, port(host)))
    }

    /// What has been asked for.
    pub fn requests(&self) -> Vec<Logged> {
        self.shared.log().entries()
    }

    /// The world as it is now.
    pub fn world(&self) -> World {
        self.shared.read(World::clone)
    }

    /// Stops the services and saves the world.
    ///
    /// # Errors
    /// [`SandboxError`] when the world cannot be saved, or the server had failed before.
    pub async fn stop(mut self) -> Result<(), SandboxError> {
        self.stop_server.send_replace(true);
        let ended = time::timeout(Self::PATIENCE, &mut self.server).await;
        self.server.abort();
        let served = ended.map_or(Ok(()), |joined| {
            joined.unwrap_or_else(|error| Err(io::Error::other(error)))
        });
        self.stop_saver.send_replace(true);
        let saved = self.saver.await;
        saved
            .unwrap_or_else(|error| Err(io::Error::other(error)))
            .map_err(SandboxError::Save)?;
        served.map_err(SandboxError::Serve)
    }
}
