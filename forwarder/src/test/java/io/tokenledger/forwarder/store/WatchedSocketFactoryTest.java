package io.tokenledger.forwarder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class WatchedSocketFactoryTest {
  /** More than any buffer of the kernel takes. */
  private static final byte[] MUCH = new byte[64 * 1024 * 1024];

  @Test
  @Timeout(60)
  void endsAWriteThatNobodyTakes() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket socket = connect(silent)) {
      socket.setSoTimeout(300);
      OutputStream out = socket.getOutputStream();

      assertThatThrownBy(() -> out.write(MUCH)).isInstanceOf(SocketException.class);
      assertThat(socket.isClosed()).isTrue();
    }
  }

  @Test
  @Timeout(60)
  void endsAReadThatNobodyAnswersAndLeavesTheSocketToItsUser() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket socket = connect(silent)) {
      socket.setSoTimeout(300);
      socket.getOutputStream().write(1);

      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(socket.isClosed()).isFalse();
    }
  }

  @Test
  @Timeout(60)
  void letsAWriteTakeItsTimeAsLongAsItGoesOn() throws Exception {
    try (ServerSocket slow = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket socket = connect(slow);
        Socket taken = slow.accept()) {
      socket.setSoTimeout(500);
      long start = System.nanoTime();
      Thread writer =
          new Thread(
              () -> {
                try {
                  OutputStream out = socket.getOutputStream();
                  for (int i = 0; i < 20; i++) {
                    out.write(MUCH, 0, MUCH.length / 64);
                  }
                } catch (IOException seenByTheReader) {
                  // it reads less
                }
              });
      writer.start();
      long read = 0;
      for (long all = 20L * MUCH.length / 64; read < all; ) {
        int now = taken.getInputStream().readNBytes(MUCH, 0, 1024 * 1024);
        assertThat(now).as("bytes after %d", read).isPositive();
        read += now;
        LockSupport.parkNanos(Duration.ofMillis(60).toNanos());
      }
      writer.join();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(900));
    }
  }

  @Test
  void asksAServerThatSaysNothingWhetherItIsThere() throws IOException {
    try (Socket socket = new WatchedSocketFactory().createSocket()) {
      assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(30);
      assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL)).isEqualTo(10);
      assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT)).isEqualTo(3);
    }
  }

  @Test
  void aTransactionHasTheServerAskInTurnAndLeavesTheSessionAsItWas(PostgresSettings postgres)
      throws SQLException {
    try (Database database = Database.open(postgres);
        Connection connection = database.connect()) {
      database.migrate();
      List<String> before = keepAlive(connection);
      connection.setAutoCommit(false);
      Optional<LedgerTransaction.Written> written =
          new LedgerTransaction(new SourceStore("test", Duration.ofSeconds(5)), c -> null)
              .write(connection, EMPTY, Succession.first());
      assertThat(written).isPresent();

      assertThat(keepAlive(connection)).containsExactly("30", "10", "3", "60000", "6min");
      connection.commit();
      assertThat(keepAlive(connection)).isEqualTo(before);
    }
  }

  private static final LedgerBatch EMPTY =
      new LedgerBatch(List.of(), List.of(), List.of(), List.of(), List.of());

  private static List<String> keepAlive(Connection connection) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT current_setting(name) FROM unnest(ARRAY['tcp_keepalives_idle',"
                    + " 'tcp_keepalives_interval', 'tcp_keepalives_count', 'tcp_user_timeout',"
                    + " 'idle_in_transaction_session_timeout']) AS name")) {
      while (row.next()) {
        values.add(row.getString(1));
      }
    }
    return values;
  }

  private static Socket connect(ServerSocket server) throws IOException {
    Socket socket = new WatchedSocketFactory().createSocket();
    socket.connect(server.getLocalSocketAddress());
    return socket;
  }
}
