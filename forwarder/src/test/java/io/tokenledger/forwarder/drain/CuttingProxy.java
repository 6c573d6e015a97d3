package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.store.PostgresSettings;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A connection to Postgres that breaks at a chosen statement: before the server sees it, or after
 * it was carried out and before the answer arrives. It breaks by hanging up, or by falling silent
 * as behind a firewall that drops everything: then neither side hears of the other any more.
 */
final class CuttingProxy implements Closeable {
  private final ServerSocket server;
  private final PostgresSettings target;
  private final List<Socket> open = new ArrayList<>();
  private String statement;
  private boolean afterwards;
  private boolean refusing;
  private boolean swallowAnswers;
  private boolean silently;
  private boolean alone;
  private int passed;
  private Socket swallowOf;
  private final List<Socket> lost = new ArrayList<>();

  CuttingProxy(PostgresSettings target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  PostgresSettings settings() {
    URI uri = URI.create(target.url().substring("jdbc:".length()));
    return new PostgresSettings(
        "jdbc:postgresql://127.0.0.1:" + server.getLocalPort() + uri.getPath(),
        target.user(),
        target.password());
  }

  /** Breaks every connection once, at the next message that holds this text. */
  synchronized void cutAt(String text, boolean afterTheServerHasDoneIt) {
    statement = text;
    afterwards = afterTheServerHasDoneIt;
    swallowAnswers = false;
    silently = false;
    alone = false;
    passed = 0;
    swallowOf = null;
  }

  /**
   * Breaks only the connection that says it, and lets so many others say it before.
   *
   * @param before how often the text may pass
   */
  synchronized void cutOneAt(String text, boolean afterTheServerHasDoneIt, int before) {
    cutAt(text, afterTheServerHasDoneIt);
    alone = true;
    passed = before;
  }

  /** The same, without a word; connections that are made later work. */
  synchronized void fallSilentAt(String text, boolean afterTheServerHasDoneIt) {
    cutAt(text, afterTheServerHasDoneIt);
    silently = true;
  }

  /** What a server does with connections whose other side answers no keep-alive. */
  synchronized void endLost() throws IOException {
    for (Socket socket : lost) {
      socket.close();
    }
    lost.clear();
  }

  /** Breaks every connection and takes no new ones until told otherwise. */
  synchronized void refuse(boolean now) throws IOException {
    refusing = now;
    if (now) {
      closeAll();
    }
  }

  synchronized boolean hasCut() {
    return statement == null;
  }

  @Override
  public synchronized void close() throws IOException {
    closeAll();
    endLost();
    server.close();
  }

  private void accept() throws IOException {
    URI uri = URI.create(target.url().substring("jdbc:".length()));
    while (!server.isClosed()) {
      Socket client = server.accept();
      synchronized (this) {
        if (refusing) {
          client.close();
          continue;
        }
        Socket postgres = new Socket(uri.getHost(), uri.getPort());
        open.add(client);
        open.add(postgres);
        start(() -> pump(client, postgres, true));
        start(() -> pump(postgres, client, false));
      }
    }
  }

  private void pump(Socket from, Socket to, boolean toServer) throws IOException {
    InputStream in = from.getInputStream();
    OutputStream out = to.getOutputStream();
    byte[] buffer = new byte[1 << 16];
    for (int read; (read = in.read(buffer)) >= 0; ) {
      if (toServer && mustCut(new String(buffer, 0, read, StandardCharsets.ISO_8859_1))) {
        cut(from, to, buffer, read);
        return;
      }
      synchronized (this) {
        if (!toServer && swallowAnswers && (swallowOf == null || swallowOf == from)) {
          // The server has answered, so it has done it; now the connection may go.
          swallowAnswers = false;
          breakOf(from, to);
          return;
        }
        if (lost.contains(from)) {
          return;
        }
      }
      out.write(buffer, 0, read);
      out.flush();
    }
    synchronized (this) {
      if (!lost.contains(from)) {
        to.close();
      }
    }
  }

  private synchronized boolean mustCut(String message) {
    return statement != null && message.contains(statement) && passed-- <= 0;
  }

  private synchronized void cut(Socket client, Socket postgres, byte[] message, int length)
      throws IOException {
    statement = null;
    if (afterwards) {
      swallowAnswers = true;
      swallowOf = alone ? postgres : null;
      postgres.getOutputStream().write(message, 0, length);
    } else {
      breakOf(client, postgres);
    }
  }

  private void breakOf(Socket one, Socket other) throws IOException {
    if (alone) {
      one.close();
      other.close();
    } else {
      breakAll();
    }
  }

  private void breakAll() throws IOException {
    if (silently) {
      lost.addAll(open);
      open.clear();
    } else {
      closeAll();
    }
  }

  private void closeAll() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
    open.clear();
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
                // a side hung up: what the test is about
              }
            });
    thread.setDaemon(true);
    thread.start();
  }
}
