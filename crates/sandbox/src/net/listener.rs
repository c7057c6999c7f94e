//! Listening: connections are accepted, and secured where HTTPS is spoken.

use std::io;
use std::net::SocketAddr;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::connection::{Connection, CuttingStream};
use super::tls_stream::TlsStream;

/// Listens for connections that can be cut.
pub(crate) struct CuttingListener {
    pub(crate) tcp: TcpListener,
    /// Where HTTPS is spoken.
    pub(crate) tls: Option<TlsAcceptor>,
}

impl Listener for CuttingListener {
    type Io = TlsStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.tcp).await;
        // Answers are written in one piece; waiting to fill a packet would only add 40 ms.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot turn off the delay of small packets");
        }
        let stream = CuttingStream::new(stream);
        let stream = match &self.tls {
            Some(acceptor) => TlsStream::secure(stream, acceptor.clone()),
            None => TlsStream::plain(stream),
        };
        (stream, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}

impl Connected<IncomingStream<'_, CuttingListener>> for Connection {
    fn connect_info(stream: IncomingStream<'_, CuttingListener>) -> Self {
        stream.io().connection().clone()
    }
}
