package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.store.ClosedMonths;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.stream.Collectors;

/** Months whose rows retention dropped: what is gone must not pass for what never was. */
record DroppedRows(List<YearMonth> months) {
  /** Those that a range of days touches. */
  static DroppedRows of(OpenLedger ledger, LocalDate from, LocalDate to) {
    try (Connection connection = ledger.database().connect()) {
      return new DroppedRows(ClosedMonths.dropped(connection, from, to));
    } catch (SQLException failure) {
      throw ledger.database().explain(failure);
    }
  }

  /**
   * Ends a command that needs the rows.
   *
   * @throws CommandException when there are any such months
   */
  void refuse(String done) {
    if (!months.isEmpty()) {
      throw new CommandException(sentence(done));
    }
  }

  /** Says what a command leaves out. */
  void tell(String done, PrintWriter out) {
    if (!months.isEmpty()) {
      out.println(sentence(done));
    }
  }

  private String sentence(String done) {
    return months.stream().map(YearMonth::toString).collect(Collectors.joining(", "))
        + " cannot be "
        + done
        + ": retention dropped the rows. Their sums by day are in token_ledger_daily_sums, an export"
        + " where token_ledger_dropped_months says.";
  }
}
