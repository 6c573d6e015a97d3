package io.tokenledger.forwarder.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class FleetViewTest {
  private Database database;

  @BeforeEach
  void open(PostgresSettings settings) {
    database = Database.open(settings);
    database.migrate();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void showsWhatTheLastReportSays() throws Exception {
    source(
        "followed",
        "now() + interval '1 minute'",
        "{\"exchanges_handed_over\": 7, \"writer\": \"segment\", \"why_not_chronicle\": \"no space\","
            + " \"missing\": {\"overflow\": 3, \"cap\": 4},"
            + " \"clients\": {\"jdk\": \"rewritten\", \"apache5\": \"not seen\","
            + " \"okhttp\": \"refused: no member x\"},"
            + " \"own_cost_ns\": {\"caller\": {\"p50\": 2345, \"p99\": 9876}}}");

    assertThat(
            query(
                "SELECT concat_ws(' ', state, exchanges_handed_over, missing,"
                    + " missing_by_reason ->> 'cap', clients_rewritten::text,"
                    + " clients_refused ->> 'okhttp', writer, why_not_chronicle, caller_p50_us,"
                    + " caller_p99_us, without_exchanges, silent_for > interval '0')"
                    + " FROM token_ledger_fleet"))
        .containsExactly("followed 7 7 4 {jdk} refused: no member x segment no space 2.3 9.9 t t");
  }

  @Test
  void survivesWhateverAnAgentReports() throws Exception {
    for (String report :
        List.of(
            "[]",
            "\"text\"",
            "{\"clients\": [1], \"missing\": 3, \"own_cost_ns\": 5}",
            "{\"missing\": {\"cap\": \"many\"}, \"exchanges_handed_over\": \"seven\"}",
            "{\"clients\": {\"jdk\": {\"deep\": 1}}, \"own_cost_ns\": {\"caller\": {\"p50\": []}}}")) {
      source("s", "NULL", report);
    }

    assertThat(query("SELECT state FROM token_ledger_fleet")).hasSize(5).containsOnly("unattended");
    assertThat(
            query("SELECT count(exchanges_handed_over) + count(missing) FROM token_ledger_fleet"))
        .containsExactly("0");
  }

  private void source(String service, String leaseUntil, String report) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO token_ledger.token_ledger_sources"
              + " (source_id, service, started_at, lease_until, report) VALUES (gen_random_uuid(), '"
              + service
              + "', now() - interval '1 hour', "
              + leaseUntil
              + ", '"
              + report
              + "')");
    }
  }

  private List<String> query(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                sql.replace("token_ledger_fleet", "token_ledger.token_ledger_fleet"))) {
      while (row.next()) {
        rows.add(row.getString(1));
      }
    }
    return rows;
  }
}
