package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.export.ExportFormat;
import io.tokenledger.forwarder.report.Dimension;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** What the arguments of commands are read as, and what is said of one that is none. */
final class ArgumentTypes {
  private ArgumentTypes() {}

  /** Lets all commands of a line read their arguments so. */
  static CommandLine register(CommandLine line) {
    return line.registerConverter(
            LocalDate.class, text -> read(text, LocalDate::parse, "day", "2026-11-01"))
        .registerConverter(
            YearMonth.class, text -> read(text, YearMonth::parse, "month", "2026-10"))
        .registerConverter(
            Instant.class, text -> read(text, Instant::parse, "instant", "2026-11-01T00:00:00Z"))
        .registerConverter(
            UUID.class,
            text -> read(text, UUID::fromString, "id", "01936e5c-0000-7000-8000-000000000000"))
        .registerConverter(long.class, ArgumentTypes::wholeNumber)
        .registerConverter(
            BigDecimal.class,
            text -> read(text, number -> fromZero(new BigDecimal(number)), "number", "0.5"))
        .registerConverter(
            Dimension.class,
            text -> named(text, Dimension.values(), shown -> shown != Dimension.TOTAL, "dimension"))
        .registerConverter(
            ExportFormat.class, text -> named(text, ExportFormat.values(), all -> true, "format"));
  }

  /** A count, a time, the number of a letter: never below zero. */
  static long wholeNumber(String text) {
    return read(
        text, number -> fromZero(new BigDecimal(number)).longValueExact(), "whole number", "100");
  }

  private static <T> T read(String text, Function<String, T> parser, String what, String such) {
    try {
      return parser.apply(text);
    } catch (DateTimeException | IllegalArgumentException | ArithmeticException malformed) {
      throw new TypeConversionException("'" + text + "' is no " + what + " such as " + such + ".");
    }
  }

  private static BigDecimal fromZero(BigDecimal number) {
    if (number.signum() < 0) {
      throw new ArithmeticException("below zero");
    }
    return number;
  }

  private static <E extends Enum<E>> E named(
      String text, E[] values, Predicate<E> shown, String what) {
    return Arrays.stream(values)
        .filter(value -> value.name().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'"
                        + text
                        + "' is no "
                        + what
                        + "; there are "
                        + Arrays.stream(values)
                            .filter(shown)
                            .map(value -> value.name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "))
                        + "."));
  }
}
