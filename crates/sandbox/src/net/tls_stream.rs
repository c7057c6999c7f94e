//! What HTTP is spoken over: a plain connection, or one with TLS on it.
//!
//! The handshake is a part of the first read, so it is done by whatever serves this connection:
//! whoever is slow at it, or never does it, keeps nobody else waiting.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time;
use tokio_rustls::TlsAcceptor;

use super::connection::{Connection, CuttingStream};

/// A handshake on this machine takes milliseconds; who needs longer than this has gone to sleep.
const PATIENCE: Duration = Duration::from_secs(10);

/// How TLS begins: the type of the record that holds a handshake. No HTTP begins so.
const HANDSHAKE: u8 = 22;

trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

type Inner = Box<dyn Duplex>;

/// What HTTP is spoken over.
pub(crate) struct TlsStream {
    connection: Connection,
    state: State,
}

enum State {
    Opening(Pin<Box<dyn Future<Output = io::Result<Inner>> + Send>>),
    Open(Inner),
    /// There was no handshake.
    Closed,
}

impl TlsStream {
    /// Plain HTTP.
    pub(crate) fn plain(stream: CuttingStream) -> Self {
        Self {
            connection: stream.connection().clone(),
            state: State::Open(Box::new(stream)),
        }
    }

    /// HTTPS.
    pub(crate) fn secure(stream: CuttingStream, acceptor: TlsAcceptor) -> Self {
        Self {
            connection: stream.connection().clone(),
            state: State::Opening(Box::pin(open(stream, acceptor, PATIENCE))),
        }
    }

    pub(crate) const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The stream, once it is open.
    fn poll_open(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Pin<&mut dyn Duplex>>> {
        if let State::Opening(opening) = &mut self.state {
            let opened = ready!(opening.as_mut().poll(context));
            self.state = State::Closed;
            self.state = State::Open(opened?);
        }
        Poll::Ready(match &mut self.state {
            State::Open(stream) => Ok(Pin::new(stream.as_mut())),
            State::Opening(_) | State::Closed => Err(io::ErrorKind::NotConnected.into()),
        })
    }
}

/// Does the handshake. Who speaks plain HTTP is let in, to be told that this is the wrong door.
async fn open(
    stream: CuttingStream,
    acceptor: TlsAcceptor,
    patience: Duration,
) -> io::Result<Inner> {
    let opening = async {
        match stream.first_byte().await? {
            None => Err(io::ErrorKind::UnexpectedEof.into()),
            Some(HANDSHAKE) => Ok(Box::new(acceptor.accept(stream).await?) as Inner),
            Some(_) => {
                stream.connection().mark_bare();
                Ok(Box::new(stream) as Inner)
            }
        }
    };
    let opened = time::timeout(patience, opening).await;
    let opened = opened.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
    opened.inspect_err(|error| tracing::debug!(%error, "no handshake"))
}

impl AsyncRead for TlsStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(self.poll_open(context))?.poll_read(context, buffer)
    }
}

impl AsyncWrite for TlsStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_open(context))?.poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.state {
            State::Open(stream) => Pin::new(stream).poll_flush(context),
            State::Opening(_) | State::Closed => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.state {
            State::Open(stream) => Pin::new(stream).poll_shutdown(context),
            State::Opening(_) | State::Closed => Poll::Ready(Ok(())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use jiff::Timestamp;
    use tokio::io::AsyncWriteExt as _;
    use tokio::net::{TcpListener, TcpStream};

    use crate::net::certificate::Secured;

    use super::*;

    /// How a handshake ends with somebody who says this and then nothing.
    async fn opened(words: &[u8]) -> Option<io::ErrorKind> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(words).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let secured = Secured::new(address.ip(), Timestamp::UNIX_EPOCH).unwrap();
        let patience = Duration::from_millis(200);
        let opened = open(CuttingStream::new(stream), secured.acceptor, patience).await;
        opened.err().map(|error| error.kind())
    }

    #[tokio::test]
    async fn nobody_is_waited_for_for_ever() {
        assert_eq!(opened(&[]).await, Some(io::ErrorKind::TimedOut));
        let half = [HANDSHAKE, 3, 1, 2, 0];
        assert_eq!(opened(&half).await, Some(io::ErrorKind::TimedOut));
        assert_eq!(opened(b"GET / HTTP/1.1\r\n").await, None);
        let broken = [HANDSHAKE, 9, 9, 0, 4, 1, 2, 3, 4];
        assert_eq!(opened(&broken).await, Some(io::ErrorKind::InvalidData));
    }
}
