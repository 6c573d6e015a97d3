package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.drain.DrainSummary;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** What a drain did and left, in plain sentences. */
final class SummaryText {
  private SummaryText() {}

  static void print(DrainSummary summary, PrintWriter out) {
    out.println(done(summary));
    if (summary.gaps() > 0) {
      out.println(
          count(summary.gaps(), "gap") + " found: exchanges that are missing from the ledger.");
    }
    if (summary.deadLetters() > 0) {
      out.println(
          count(summary.deadLetters(), "record")
              + " could not be read or stored and went to token_ledger_dead_letters.");
    }
    summary.notices().forEach(out::println);
    if (summary.undrained() > 0) {
      out.println(
          "Left: records of "
              + count(summary.undrained(), "source")
              + "; they stay on disk for the next run.");
    } else {
      out.println("Nothing is left to drain.");
    }
    if (summary.leftElsewhere() > 0) {
      out.println(
          count(summary.leftElsewhere(), "source")
              + " left to another forwarder, which holds the lease.");
    }
  }

  private static String done(DrainSummary summary) {
    if (summary.events() == 0) {
      return "Drained no rows: there was nothing new.";
    }
    List<String> of = new ArrayList<>();
    if (summary.unpriced() > 0) {
      of.add(summary.unpriced() + " without a cost");
    }
    if (summary.repeats() > 0) {
      of.add(summary.repeats() + " repeating what another row counts");
    }
    return "Drained "
        + count(summary.events(), "row")
        + " from "
        + count(summary.sources(), "source")
        + (of.isEmpty() ? "" : ", of these " + String.join(" and ", of))
        + ".";
  }

  private static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
