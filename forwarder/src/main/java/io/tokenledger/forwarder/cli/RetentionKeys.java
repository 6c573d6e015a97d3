package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.export.ExportFormat;
import io.tokenledger.forwarder.retention.RetentionSettings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Period;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The keys below {@code retention}: how long what is kept. */
final class RetentionKeys {
  private static final Pattern PERIOD = Pattern.compile("(\\d{1,4})\\s*(d|mo|y)");
  private static final int DAYS_OF_MONTH = 31;

  private final ConfigFile file;

  private RetentionKeys(ConfigFile file) {
    this.file = file;
  }

  /**
   * Reads them.
   *
   * @throws ConfigException when one cannot be used
   */
  static RetentionSettings read(ConfigFile file) {
    return new RetentionKeys(file).settings();
  }

  private RetentionSettings settings() {
    // What is booked late must find its month, and a day of hours is what alerts look at.
    Period events = period(ConfigKey.RETENTION_EVENTS, DAYS_OF_MONTH, null);
    return new RetentionSettings(
        events,
        period(ConfigKey.RETENTION_HOURLY, 2, RetentionSettings.HOURLY),
        period(ConfigKey.RETENTION_COVERAGE, 2, null),
        directory(events),
        format());
  }

  private Period period(ConfigKey key, int leastDays, Period otherwise) {
    String text = file.get(key);
    if (text == null) {
      return otherwise;
    }
    Matcher period = PERIOD.matcher(text.strip());
    if (!period.matches()) {
      throw file.wrong(key, "is '" + text + "', not a period such as 13mo, 400d or 2y");
    }
    int amount = Integer.parseInt(period.group(1));
    Period kept =
        switch (period.group(2)) {
          case "d" -> Period.ofDays(amount);
          case "mo" -> Period.ofMonths(amount);
          default -> Period.ofYears(amount);
        };
    if (kept.toTotalMonths() == 0 && kept.getDays() < leastDays) {
      throw file.wrong(key, "is '" + text + "': " + leastDays + "d is the least");
    }
    return kept;
  }

  private Path directory(Period events) {
    String text = file.get(ConfigKey.RETENTION_EXPORT_DIRECTORY);
    if (text == null) {
      return null;
    }
    if (events == null) {
      throw file.wrong(ConfigKey.RETENTION_EXPORT_DIRECTORY, "is set, but retention.events is not");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException invalid) {
      throw file.wrong(ConfigKey.RETENTION_EXPORT_DIRECTORY, "is no path");
    }
  }

  private ExportFormat format() {
    String text = file.get(ConfigKey.RETENTION_EXPORT_FORMAT);
    if (text == null) {
      return RetentionSettings.DEFAULT.exportFormat();
    }
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "csv" -> ExportFormat.CSV;
      case "jsonl" -> ExportFormat.JSONL;
      default ->
          throw file.wrong(
              ConfigKey.RETENTION_EXPORT_FORMAT,
              "is '" + text + "': csv and jsonl hold all of a row, and only these will do");
    };
  }
}
