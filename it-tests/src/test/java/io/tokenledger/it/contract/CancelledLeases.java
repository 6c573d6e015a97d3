package io.tokenledger.it.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleRequestProducer;
import org.apache.hc.client5.http.async.methods.SimpleResponseConsumer;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManager;
import org.apache.hc.core5.http.ContentType;

/**
 * How many connections of asynchronous Apache HttpClient stay leased 1.5 s after their calls were
 * cancelled: a cancel that comes while the client passes a call on to its connection is lost at
 * times. Run by {@code it-tests/leases} with and without the agent at the same time; prints the
 * number of cancels and of connections that stayed. Arguments: batches, calls a batch.
 */
public final class CancelledLeases {
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

  private final Semaphore arrived = new Semaphore(0);
  private final ServerSocket server = new ServerSocket(0, 512, InetAddress.getByName("127.0.0.1"));
  private final List<Socket> sockets = new ArrayList<>();

  private CancelledLeases() throws IOException {}

  public static void main(String[] args) throws Exception {
    CancelledLeases leases = new CancelledLeases();
    Thread accepting = new Thread(leases::accept);
    accepting.setDaemon(true);
    accepting.start();
    int batches = Integer.parseInt(args[0]);
    int calls = Integer.parseInt(args[1]);
    leases.batch(calls);
    int stayed = 0;
    for (int batch = 0; batch < batches; batch++) {
      stayed += leases.batch(calls);
    }
    System.out.println(batches * calls + " cancels, " + stayed + " connections stayed leased");
    System.exit(0);
  }

  private int batch(int calls) throws Exception {
    PoolingAsyncClientConnectionManager connections = new PoolingAsyncClientConnectionManager();
    connections.setMaxTotal(calls);
    connections.setDefaultMaxPerRoute(calls);
    try (CloseableHttpAsyncClient client =
        HttpAsyncClients.custom().setConnectionManager(connections).build()) {
      client.start();
      for (int call = 0; call < calls; call++) {
        Future<?> future =
            client.execute(
                SimpleRequestProducer.create(post()), SimpleResponseConsumer.create(), null);
        if (!arrived.tryAcquire(20, TimeUnit.SECONDS)) {
          throw new IllegalStateException("a request did not arrive");
        }
        future.cancel(true);
      }
      long deadline = System.nanoTime() + PATIENCE_NANOS;
      while (connections.getTotalStats().getLeased() > 0 && System.nanoTime() < deadline) {
        LockSupport.parkNanos(1_000_000);
      }
      return connections.getTotalStats().getLeased();
    } finally {
      synchronized (sockets) {
        for (Socket socket : sockets) {
          socket.close();
        }
        sockets.clear();
      }
    }
  }

  private SimpleHttpRequest post() {
    SimpleHttpRequest post =
        new SimpleHttpRequest(
            "POST",
            URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v1/chat/completions"));
    post.setBody("{\"model\":\"m\",\"messages\":[]}", ContentType.APPLICATION_JSON);
    return post;
  }

  /** The provider: says when the first byte of a request is there, and never answers. */
  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        synchronized (sockets) {
          sockets.add(socket);
        }
        Thread serving = new Thread(() -> serve(socket));
        serving.setDaemon(true);
        serving.start();
      }
    } catch (IOException closed) {
      // the end
    }
  }

  private void serve(Socket socket) {
    try (socket;
        InputStream in = socket.getInputStream()) {
      if (in.read() >= 0) {
        arrived.release();
      }
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException gone) {
      // cancelled
    }
  }
}
