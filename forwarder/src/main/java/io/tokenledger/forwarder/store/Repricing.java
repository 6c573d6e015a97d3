package io.tokenledger.forwarder.store;

import io.tokenledger.forwarder.pricing.PriceSource;
import io.tokenledger.forwarder.pricing.Pricer;
import io.tokenledger.forwarder.pricing.RowCost;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * Prices rows anew, month by month in chunks, each with its audit rows and its share of the rollup
 * in a transaction of its own. Stopped anywhere, it can be run again: rows whose cost is right are
 * left alone, so twice is once. Not thread-safe.
 */
public final class Repricing {
  /** Most rows of a transaction: what a drain may have to wait for, and one crash can undo. */
  private static final int CHUNK = 5_000;

  private static final int PAGE_BYTES = 8_192;

  /** Tuple and record headers of an update, and the audit row beside it. */
  private static final int BYTES_PER_CHANGE = 400;

  private static final UUID FIRST = new UUID(0, 0);

  /**
   * Which rows.
   *
   * @param from first day, UTC
   * @param to last day, UTC, included
   * @param provider null: all
   * @param model as served, else as requested; null: all
   */
  public record Scope(LocalDate from, LocalDate to, String provider, String model) {}

  /**
   * How to go about it.
   *
   * @param apply false: only look
   * @param reason for the audit table
   * @param pause between chunks
   */
  public record Mode(boolean apply, String reason, Duration pause) {}

  private final Database database;
  private final PriceSource prices;
  private final RepricingStore store = new RepricingStore();

  public Repricing(Database database, PriceSource prices) {
    this.database = database;
    this.prices = prices;
  }

  /**
   * Prices the rows of a scope anew, or looks what would change.
   *
   * @throws StoreException when the database fails; chunks before it are committed
   */
  public RepricingResult run(Scope scope, Mode mode) {
    RepricingResult result = new RepricingResult(UUID.randomUUID());
    LocalDate month = scope.from().withDayOfMonth(1);
    while (!month.isAfter(scope.to())) {
      LocalDate next = month.plusMonths(1);
      LocalDate from = month.isBefore(scope.from()) ? scope.from() : month;
      LocalDate end = next.isAfter(scope.to()) ? scope.to().plusDays(1) : next;
      runMonth(scope, from, end, mode, result);
      month = next;
    }
    return result;
  }

  private void runMonth(
      Scope scope, LocalDate from, LocalDate end, Mode mode, RepricingResult result) {
    Instant time = from.atStartOfDay().toInstant(ZoneOffset.UTC);
    UUID id = FIRST;
    List<EventRow> rows;
    do {
      rows = chunk(scope, from, time, id, end, mode, result);
      if (!rows.isEmpty()) {
        EventRow last = rows.get(rows.size() - 1);
        time = last.timestamp();
        id = last.usage().get(io.tokenledger.record.UsageField.EVENT_ID);
        if (mode.apply()) {
          LockSupport.parkNanos(mode.pause().toNanos());
        }
      }
    } while (rows.size() == CHUNK);
  }

  private List<EventRow> chunk(
      Scope scope,
      LocalDate from,
      Instant time,
      UUID id,
      LocalDate end,
      Mode mode,
      RepricingResult result) {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      try {
        if (mode.apply()) {
          ClosedMonths.requireOpen(connection, from, end.minusDays(1));
        }
        List<EventRow> rows = new ArrayList<>();
        List<RepricingStore.Change> changes = new ArrayList<>();
        Set<Long> pages = new HashSet<>();
        Pricer pricer = prices.current(connection);
        long bytes = 0;
        try (PreparedStatement select = select(connection, scope, time, id, end, mode);
            ResultSet found = select.executeQuery()) {
          while (found.next()) {
            EventRow before = EventReader.read(found);
            rows.add(before);
            RowCost after = pricer.price(RepricingStore.bookedUsage(before));
            if (!isSame(before.cost(), after)) {
              changes.add(new RepricingStore.Change(before, RepricingStore.with(before, after)));
              bytes += found.getLong("row_bytes") + BYTES_PER_CHANGE;
              pages.add(found.getLong("page"));
            }
          }
        }
        if (mode.apply() && !changes.isEmpty()) {
          store.write(connection, result.runId(), mode.reason(), changes);
        }
        connection.commit();
        result.add(rows.size(), changes, bytes, 2L * pages.size() * PAGE_BYTES);
        return rows;
      } catch (SQLException | StoreException failure) {
        connection.rollback();
        throw failure;
      }
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
  }

  private static PreparedStatement select(
      Connection connection, Scope scope, Instant time, UUID id, LocalDate end, Mode mode)
      throws SQLException {
    String sql =
        "SELECT "
            + EventReader.COLUMNS
            + ", pg_column_size(e.*) AS row_bytes, (e.ctid::text::point)[0]::bigint AS page"
            + " FROM token_ledger.token_ledger_events e"
            + " WHERE e.timestamp >= ? AND e.timestamp < ? AND (e.timestamp, e.event_id) > (?, ?)"
            + (scope.provider() == null ? "" : " AND e.provider = ?")
            + (scope.model() == null ? "" : " AND COALESCE(e.model, e.request_model) = ?")
            + " ORDER BY e.timestamp, e.event_id LIMIT "
            + CHUNK
            + (mode.apply() ? " FOR UPDATE" : "");
    PreparedStatement select = connection.prepareStatement(sql);
    OffsetDateTime after = time.atOffset(ZoneOffset.UTC);
    int parameter = 1;
    select.setObject(parameter++, after);
    select.setObject(parameter++, end.atStartOfDay().atOffset(ZoneOffset.UTC));
    select.setObject(parameter++, after);
    select.setObject(parameter++, id);
    if (scope.provider() != null) {
      select.setString(parameter++, scope.provider());
    }
    if (scope.model() != null) {
      select.setString(parameter, scope.model());
    }
    return select;
  }

  private static boolean isSame(RowCost before, RowCost after) {
    return isSame(before.costUsd(), after.costUsd())
        && isSame(before.listCostUsd(), after.listCostUsd())
        && isSame(before.inputCostUsd(), after.inputCostUsd())
        && isSame(before.outputCostUsd(), after.outputCostUsd())
        && isSame(before.cacheReadCostUsd(), after.cacheReadCostUsd())
        && isSame(before.cacheWriteCostUsd(), after.cacheWriteCostUsd())
        && isSame(before.toolCostUsd(), after.toolCostUsd())
        && isSame(before.cacheSavingsUsd(), after.cacheSavingsUsd())
        && Objects.equals(before.source(), after.source())
        && Objects.equals(before.priceId(), after.priceId())
        && before.notes().equals(after.notes())
        && Objects.equals(before.unpricedReason(), after.unpricedReason());
  }

  private static boolean isSame(BigDecimal before, BigDecimal after) {
    return before == null ? after == null : after != null && before.compareTo(after) == 0;
  }
}
