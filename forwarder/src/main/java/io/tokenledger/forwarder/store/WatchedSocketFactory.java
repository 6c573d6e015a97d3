package io.tokenledger.forwarder.store;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;

/**
 * Sockets that find out about a server that went away without a word, as behind a firewall that
 * drops what it does not like. The kernel asks the other side after half a minute without a word
 * and gives up half a minute later: a server that only computes does answer that. A socket with a
 * time-out ({@code socketTimeout} in the URL) limits not only reads by it, as sockets do, but also
 * writes, which would wait for as long as the kernel goes on asking for room. The driver makes it
 * by its name. Thread-safe.
 */
public final class WatchedSocketFactory extends SocketFactory {
  private static final Duration QUIET = Duration.ofSeconds(30);
  private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(10);
  private static final int QUESTIONS = 3;

  @Override
  public Socket createSocket() throws SocketException {
    Socket socket = new Watched();
    if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
      set(socket);
    }
    return socket;
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw new UnsupportedOperationException("The driver connects by itself.");
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    throw new UnsupportedOperationException("The driver connects by itself.");
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw new UnsupportedOperationException("The driver connects by itself.");
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException("The driver connects by itself.");
  }

  private static void set(Socket socket) throws SocketException {
    try {
      socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, (int) QUIET.toSeconds());
      socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, (int) BETWEEN_QUESTIONS.toSeconds());
      socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, QUESTIONS);
    } catch (IOException failure) {
      throw new SocketException(failure.getMessage());
    }
  }

  private static final class Watched extends Socket {
    /** When the write began that is going on; 0 while there is none. */
    private volatile long writingSince;

    private final AtomicBoolean looking = new AtomicBoolean();

    @Override
    public OutputStream getOutputStream() throws IOException {
      return new FilterOutputStream(super.getOutputStream()) {
        @Override
        public void write(int single) throws IOException {
          write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          begin();
          try {
            out.write(bytes, offset, length);
          } finally {
            writingSince = 0;
          }
        }
      };
    }

    private void begin() throws SocketException {
      int limit = getSoTimeout();
      if (limit > 0) {
        long now = System.nanoTime();
        writingSince = now == 0 ? 1 : now;
        if (looking.compareAndSet(false, true)) {
          lookIn(limit);
        }
      }
    }

    /** One look for many writes: it goes on as long as each finds one under way. */
    private void lookIn(long millis) {
      CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS).execute(this::look);
    }

    private void look() {
      looking.set(false);
      long since = writingSince;
      if (since == 0 || isClosed()) {
        return;
      }
      try {
        long left = getSoTimeout() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
        if (left <= 0) {
          close(); // the writer gets an exception
        } else if (looking.compareAndSet(false, true)) {
          lookIn(left);
        }
      } catch (IOException closed) {
        // which is what was wanted
      }
    }
  }
}
