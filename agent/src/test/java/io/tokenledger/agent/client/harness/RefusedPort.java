package io.tokenledger.agent.client.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A loopback port that refuses connections for as long as this is open: it is taken, and nobody
 * listens. The port of a server that was just closed will not do, since another process may listen
 * there a moment later.
 */
public final class RefusedPort implements AutoCloseable {
  private final Socket taken = new Socket();

  public RefusedPort() throws IOException {
    taken.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
  }

  public String url(String path) {
    return "http://127.0.0.1:" + taken.getLocalPort() + path;
  }

  @Override
  public void close() throws IOException {
    taken.close();
  }
}
