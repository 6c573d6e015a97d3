package io.tokenledger.forwarder.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.drain.DrainSettings;
import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.forwarder.watch.Watch;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PostgresExtension.class)
class WebServerTest {
  private final HttpClient client = HttpClient.newHttpClient();
  @TempDir Path queues;
  private Database database;
  private Watch watch;

  @BeforeEach
  void open(PostgresSettings settings) {
    database = Database.open(settings);
    watch =
        new Watch(
            database, new DrainSettings(queues, Duration.ZERO, true, Duration.ZERO), "0.0.1-test");
  }

  @AfterEach
  void close() {
    watch.close();
    database.close();
  }

  @Test
  void isReadyOnceThereIsALedger() throws Exception {
    try (WebServer web = WebServer.start("127.0.0.1", 0, null, watch)) {
      watch.look();
      assertThat(get(web, "/health/live").statusCode()).isEqualTo(200);
      HttpResponse<String> before = get(web, "/health/ready");
      assertThat(before.statusCode()).isEqualTo(503);
      assertThat(before.body()).contains("run `migrate` first");

      database.migrate();
      watch.look();

      assertThat(get(web, "/health/ready").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void leavesOutMetricsThatAreNotKnown() throws Exception {
    database.migrate();
    watch.look();
    try (WebServer web = WebServer.start("127.0.0.1", 0, null, watch)) {
      HttpResponse<String> metrics = get(web, "/metrics");

      assertThat(metrics.headers().firstValue("content-type"))
          .hasValue("text/plain; version=0.0.4; charset=utf-8");
      assertThat(metrics.body())
          .contains("# TYPE tokenledger_dead_letters gauge\ntokenledger_dead_letters 0.0\n")
          .doesNotContain("tokenledger_last_event_age_seconds");
    }
  }

  @Test
  void saysHowMuchOfWhatWasDueCouldBeRead() throws Exception {
    database.migrate();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO token_ledger.token_ledger_coverage"
              + " (day, source_id, provider, api, usage_expected, usage_parsed) SELECT"
              + " (now() AT TIME ZONE 'UTC')::date - ago, gen_random_uuid(), 'a\"b', 'openai.chat', 10, 10 - ago"
              + " FROM generate_series(0, 3) AS ago");
      statement.execute(
          "INSERT INTO token_ledger.token_ledger_unlisted_hosts VALUES"
              + " ((now() AT TIME ZONE 'UTC')::date, gen_random_uuid(), 'h', '/api/chat', false, 4)");
    }
    watch.look();
    try (WebServer web = WebServer.start("127.0.0.1", 0, null, watch)) {
      assertThat(get(web, "/metrics").body())
          .contains(
              "tokenledger_coverage_percent{api=\"openai.chat\",provider=\"a\\\"b\"} 95.0\n",
              "tokenledger_unlisted_host_calls{metered=\"false\"} 4.0\n");
    }
  }

  @Test
  void answersWrongRequestsWithASentence() throws Exception {
    try (WebServer web = WebServer.start("127.0.0.1", 0, null, watch)) {
      HttpResponse<String> nowhere = get(web, "/");
      assertThat(nowhere.statusCode()).isEqualTo(404);
      assertThat(nowhere.body()).contains("/health/live, /health/ready and /metrics");

      HttpResponse<String> write =
          client.send(
              HttpRequest.newBuilder(URI.create(web.url() + "/metrics"))
                  .POST(HttpRequest.BodyPublishers.ofString("x"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(write.statusCode()).isEqualTo(405);
      assertThat(write.body()).contains("read-only");
    }
  }

  @Test
  void asksForTheTokenWhereOneIsSet() throws Exception {
    database.migrate();
    try (WebServer web = WebServer.start("127.0.0.1", 0, "t0ken", watch)) {
      assertThat(get(web, "/health/live").statusCode()).isEqualTo(200);
      assertThat(get(web, "/metrics").statusCode()).isEqualTo(401);
      assertThat(get(web, "/metrics", "Authorization", "Bearer wrong").statusCode()).isEqualTo(401);
      assertThat(get(web, "/metrics", "Authorization", "Bearer t0ken").statusCode()).isEqualTo(200);
    }
  }

  private HttpResponse<String> get(WebServer web, String path, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(web.url() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
