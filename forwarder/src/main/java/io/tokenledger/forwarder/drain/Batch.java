package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.pricing.Pricer;
import io.tokenledger.forwarder.store.Advance;
import io.tokenledger.forwarder.store.DeadLetter;
import io.tokenledger.forwarder.store.Gap;
import io.tokenledger.forwarder.store.Lease;
import io.tokenledger.forwarder.store.LedgerBatch;
import io.tokenledger.record.AgentReport;
import io.tokenledger.record.EntryBody;
import io.tokenledger.record.GapRecord;
import io.tokenledger.record.UnknownBody;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** Sorts pulled entries into what a transaction writes. */
final class Batch {
  /** The record that the database refuses, and how it said so. */
  record Poison(Pulled pulled, String reason, String sqlState) {}

  /**
   * Of an amount. Agents leave out what has more; a damaged exponent can stand for more zeros than
   * there is memory for.
   */
  private static final int MAX_DIGITS = 1_000;

  private final List<LedgerBatch.Usage> usages = new ArrayList<>();
  private final List<Gap> gaps = new ArrayList<>();
  private final List<DeadLetter> deadLetters = new ArrayList<>();
  private final List<LedgerBatch.Report> reports = new ArrayList<>();
  private final Map<UUID, Course> courses = new TreeMap<>();
  private final Pricer pricer;
  private Course course;

  /** How far a batch comes in a source. */
  private static final class Course {
    final UUID sourceId;
    Pulled last;
    Instant latest;

    Course(UUID sourceId) {
      this.sourceId = sourceId;
    }
  }

  private Batch(Pricer pricer) {
    this.pricer = pricer;
  }

  /**
   * @param pulled in reading order within each source
   * @param poison written as a dead letter instead; null for none
   * @param pricer prices the records ahead of their transaction; null leaves that to it
   */
  static Batch of(List<Pulled> pulled, Poison poison, Pricer pricer) {
    Batch batch = new Batch(pricer);
    pulled.forEach(step -> batch.add(step, poison));
    return batch;
  }

  /** A record that its source was read beyond already: nothing advances. */
  static LedgerBatch apart(Pulled step) {
    Batch batch = new Batch(null);
    batch.add(step, null);
    return batch.with(List.of());
  }

  /** The sources that have steps in it, in the order of their ids. */
  Set<UUID> sources() {
    return courses.keySet();
  }

  /**
   * @param leases of all the sources in it
   */
  LedgerBatch after(Map<UUID, Lease> leases) {
    List<Advance> advances = new ArrayList<>();
    for (Course each : courses.values()) {
      Lease lease = leases.get(each.sourceId);
      advances.add(
          new Advance(
              each.sourceId,
              lease.reads(),
              lease.position().nextSeq(),
              each.last.after(),
              each.latest));
    }
    return with(advances);
  }

  private void add(Pulled step, Poison poison) {
    if (course == null || !course.sourceId.equals(step.sourceId())) {
      course = courses.computeIfAbsent(step.sourceId(), Course::new);
    }
    course.last = step;
    if (step.gap() != null) {
      gaps.add(step.gap());
    }
    if (poison != null && poison.pulled() == step) {
      deadLetters.add(deadLetter(step, poison.reason(), poison.sqlState()));
      return;
    }
    if (step.problem() != null) {
      deadLetters.add(deadLetter(step, step.problem(), null));
    }
    if (step.entry() == null) {
      return;
    }
    EntryBody body = step.entry().body();
    long seq = step.entry().seq();
    if (body instanceof UsageRecord usage) {
      String flaw = flaw(usage);
      if (flaw != null) {
        deadLetters.add(deadLetter(step, flaw, null));
        return;
      }
      Instant timestamp = usage.get(UsageField.TIMESTAMP);
      usages.add(new LedgerBatch.Usage(step.sourceId(), seq, usage, priced(usage)));
      if (course.latest == null || timestamp.isAfter(course.latest)) {
        course.latest = timestamp;
      }
    } else if (body instanceof GapRecord gap && gap.count() < 1) {
      deadLetters.add(deadLetter(step, "the gap counts " + gap.count(), null));
    } else if (body instanceof GapRecord gap) {
      gaps.add(
          new Gap(
              step.sourceId(),
              "reported",
              gap.reason(),
              gap.count(),
              seq,
              seq,
              gap.first(),
              gap.last(),
              null));
    } else if (body instanceof AgentReport report) {
      reports.add(new LedgerBatch.Report(step.sourceId(), report.at(), report.json()));
    } else if (body instanceof UnknownBody unknown) {
      deadLetters.add(
          deadLetter(step, "this forwarder does not know the kind '" + unknown.kind() + "'", null));
    }
  }

  /** What no row can be made of, whatever Postgres would say; null where there is nothing. */
  private static String flaw(UsageRecord usage) {
    if (usage.get(UsageField.TIMESTAMP) == null || usage.get(UsageField.EVENT_ID) == null) {
      return "the record has no event_id or no timestamp";
    }
    BigDecimal cost = usage.get(UsageField.REPORTED_COST_USD);
    if (cost != null
        && (cost.precision() > MAX_DIGITS || Math.abs((long) cost.scale()) > MAX_DIGITS)) {
      return "reported_cost_usd has more than " + MAX_DIGITS + " digits";
    }
    return null;
  }

  private LedgerBatch.PricedAhead priced(UsageRecord usage) {
    if (pricer == null) {
      return null;
    }
    try {
      return new LedgerBatch.PricedAhead(pricer, pricer.price(usage));
    } catch (ArithmeticException | NumberFormatException beyondNumbers) {
      return null; // its transaction comes upon it again, and the record is set aside
    }
  }

  private LedgerBatch with(List<Advance> advances) {
    return new LedgerBatch(advances, usages, gaps, deadLetters, reports);
  }

  private static DeadLetter deadLetter(Pulled step, String reason, String sqlState) {
    Long seq = step.entry() == null ? null : step.entry().seq();
    return new DeadLetter(
        step.sourceId(), seq, step.raw().place(), reason, sqlState, step.raw().bytes());
  }
}
