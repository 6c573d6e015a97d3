package io.tokenledger.it.harness;

import io.tokenledger.forwarder.store.PostgresSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way to a Postgres, which can be shut and opened again: shut, nobody listens on its port and
 * every connection is broken, as when the server is stopped. Thread-safe.
 */
public final class PostgresDoor implements AutoCloseable {
  private final PostgresSettings target;
  private final InetSocketAddress server;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private ServerSocket listener;

  private PostgresDoor(PostgresSettings target) throws IOException {
    URI uri = URI.create(target.url().substring("jdbc:".length()));
    this.target = target;
    this.server = new InetSocketAddress(uri.getHost(), uri.getPort());
    this.listener = listen(0);
    this.port = listener.getLocalPort();
  }

  public static PostgresDoor to(PostgresSettings target) {
    try {
      return new PostgresDoor(target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How to connect through this door. */
  public PostgresSettings settings() {
    String url = target.url().replaceFirst("//[^/]+/", "//127.0.0.1:" + port + "/");
    return new PostgresSettings(url, target.user(), target.password());
  }

  public synchronized void shut() {
    try {
      listener.close();
      for (Socket socket : open) {
        socket.close();
      }
      open.clear();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public synchronized void reopen() {
    try {
      listener = listen(port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    shut();
  }

  private ServerSocket listen(int at) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at));
    start(() -> accept(socket));
    return socket;
  }

  private void accept(ServerSocket at) throws IOException {
    while (true) {
      Socket client = at.accept();
      Socket postgres = new Socket(server.getAddress(), server.getPort());
      open.add(client);
      open.add(postgres);
      start(() -> pump(client, postgres));
      start(() -> pump(postgres, client));
    }
  }

  private void pump(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } finally {
      open.remove(from);
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException closed) {
                // a side hung up, or the door was shut
              }
            },
            "postgres-door");
    thread.setDaemon(true);
    thread.start();
  }
}
