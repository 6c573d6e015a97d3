package io.tokenledger.forwarder.store.rollup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Histograms and what Postgres reads out of them. */
@ExtendWith(PostgresExtension.class)
class LatencyTest {
  private static final double PROMISED_ERROR = 0.045;
  private static final double[] FRACTIONS = {0, 0.01, 0.5, 0.9, 0.95, 0.99, 1};

  private static Database database;

  @BeforeAll
  static void open(PostgresSettings settings) {
    database = Database.open(settings);
    database.migrate();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @Test
  void aPercentileIsWithinThePromisedErrorWhateverTheDistribution() throws SQLException {
    Random random = new Random(17);
    for (int round = 0; round < 60; round++) {
      double spread = random.nextDouble() * 8;
      double middle = Math.exp(random.nextDouble() * 15);
      double[] values =
          DoubleStream.generate(() -> middle * Math.exp(random.nextGaussian() * spread))
              .map(value -> Math.min(Math.max(value, 1), 4_194_303))
              .limit(1 + random.nextInt(500))
              .sorted()
              .toArray();
      String histogram = histogram(values);
      for (double fraction : FRACTIONS) {
        double exact = values[Math.max(0, (int) Math.ceil(fraction * values.length) - 1)];
        double read = number("latency_percentile('" + histogram + "', " + fraction + ")");
        assertThat(Math.abs(read - exact) / exact)
            .as("percentile %s of %s values: %s for %s", fraction, values.length, read, exact)
            .isLessThanOrEqualTo(PROMISED_ERROR);
        assertThat(
                text(
                    "r.low <= %s AND %s < r.high FROM token_ledger.latency_percentile_range('%s', %s) AS r"
                        .formatted(exact, exact, histogram, fraction)))
            .isEqualTo("t");
      }
    }
  }

  @Test
  void aPercentileIsThatOfPercentileDisc() throws SQLException {
    String histogram = histogram(1, 2, 4, 8, 16, 32, 64, 128, 256, 512);
    for (double fraction : FRACTIONS) {
      assertThat(number("latency_percentile('" + histogram + "', " + fraction + ")"))
          .isCloseTo(
              number(
                  "percentile_disc(%s) WITHIN GROUP (ORDER BY 2.0 ^ n) FROM generate_series(0, 9) AS n"
                      .formatted(fraction)),
              within(0.045 * 512));
    }
  }

  @Test
  void everyBucketIsAtMostThatWide() throws SQLException {
    assertThat(
            number(
                "max(sqrt(next / bound) - 1) FROM (SELECT bound, lead(bound) OVER (ORDER BY bound)"
                    + " AS next FROM unnest(token_ledger.latency_bounds()) AS bound) AS bounds"))
        .isLessThanOrEqualTo(PROMISED_ERROR)
        .isGreaterThan(0.04);
  }

  @Test
  void javaAndPostgresChooseTheSameBucket() throws SQLException {
    List<Double> values = new ArrayList<>(List.of(0.0, 0.5, 1e12, 4_194_304.0, 4_194_303.9999));
    for (double bound : bounds()) {
      values.addAll(List.of(bound, Math.nextUp(bound), Math.nextDown(bound)));
    }
    Random random = new Random(3);
    for (int i = 0; i < 2_000; i++) {
      values.add(Math.exp(random.nextDouble() * 18 - 2));
    }
    try (Connection connection = database.connect();
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT token_ledger.latency_bucket(v), round(v * 1000)::bigint FROM"
                    + " unnest(?::float8[]) WITH ORDINALITY AS u (v, n) ORDER BY n")) {
      query.setArray(1, connection.createArrayOf("float8", values.toArray()));
      try (ResultSet row = query.executeQuery()) {
        for (double value : values) {
          assertThat(row.next()).isTrue();
          assertThat(Latency.bucket(value) + 1).as("bucket of %s", value).isEqualTo(row.getInt(1));
          assertThat(Latency.micros(value)).as("micros of %s", value).isEqualTo(row.getLong(2));
        }
      }
    }
  }

  @Test
  void whatIsBelowOrAboveAllBucketsIsSaidSo() throws SQLException {
    assertThat(number("latency_percentile('" + histogram(0.1) + "', 0.5)")).isEqualTo(0.5);
    assertThat(number("latency_percentile('" + histogram(1e9) + "', 0.5)")).isEqualTo(4_194_304);
    assertThat(text("token_ledger.latency_percentile('{}', 0.5)")).isNull();
    assertThat(text("token_ledger.latency_percentile('{0,0}', 0.5)")).isNull();
    assertThat(text("token_ledger.latency_percentile('{1}', 1.1)")).isNull();
    assertThat(text("token_ledger.latency_percentile(NULL, 0.5)")).isNull();
  }

  @Test
  void histogramsOfAnyLengthAddUp() throws SQLException {
    assertThat(text("token_ledger.latency_add('{1,2}', '{1,2,3}')")).isEqualTo("{2,4,3}");
    assertThat(text("token_ledger.latency_add('{}', '{}')")).isEqualTo("{}");
    assertThat(
            text(
                "token_ledger.latency_sum(h) FROM (VALUES ('{1}'::bigint[]), (NULL), ('{0,5}')) AS v (h)"))
        .isEqualTo("{1,5}");
    assertThat(text("token_ledger.latency_sum(h) FROM (SELECT '{1}'::bigint[] AS h LIMIT 0) AS v"))
        .isEqualTo("{}");
    assertThat(text("token_ledger.latency_histogram('{3,1}', '{5,2}')")).isEqualTo("{2,0,5}");
  }

  @Test
  void anyToolMayUseThemInParallel() throws SQLException {
    assertThat(
            text(
                "string_agg(proname, ',') FROM pg_proc WHERE pronamespace = 'token_ledger'::regnamespace"
                    + " AND proname LIKE 'latency%' AND (proparallel <> 's' OR provolatile <> 'i')"))
        .isNull();
  }

  private static String histogram(double... values) {
    Histogram histogram = new Histogram();
    Arrays.stream(values).forEach(histogram::add);
    assertThat(histogram.unknown()).isZero();
    return histogram.array();
  }

  private static double[] bounds() throws SQLException {
    String bounds = text("token_ledger.latency_bounds()");
    return Arrays.stream(bounds.substring(1, bounds.length() - 1).split(","))
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  private static double number(String expression) throws SQLException {
    return Double.parseDouble(
        text(expression.startsWith("latency") ? "token_ledger." + expression : expression));
  }

  private static String text(String expression) throws SQLException {
    try (Connection connection = database.connect();
        var statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT " + expression)) {
      row.next();
      return row.getString(1);
    }
  }
}
