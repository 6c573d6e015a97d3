package io.tokenledger.forwarder.reconcile;

import io.tokenledger.forwarder.download.Download;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads a month from a provider's administration API, page by page, as slowly as the provider asks.
 * The key goes to that address alone: over TLS, or to this machine, and after no redirect.
 */
public final class BillDownload {
  /** What a wait between two requests is; a test counts instead. */
  @FunctionalInterface
  public interface Pause {
    void of(Duration time) throws InterruptedException;
  }

  private static final Download.Limits LIMITS =
      new Download.Limits(64 * 1024 * 1024, Duration.ofMinutes(2), 0);
  private static final int MAX_PAGES = 1_000;
  private static final int MAX_ATTEMPTS = 6;
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);
  private static final Set<Integer> COME_BACK_LATER = Set.of(429, 500, 502, 503, 504, 529);

  private final BillingApi api;
  private final URI address;
  private final AdminKey key;
  private final Pause pause;
  private final Download download = new Download(LIMITS);

  /**
   * @param address where the API is, without a path
   * @throws BillException when the key would go there in the clear
   */
  public BillDownload(BillingApi api, String address, AdminKey key, Pause pause) {
    this.api = api;
    this.address = checked(address);
    this.key = key;
    this.pause = pause;
  }

  /**
   * What the provider says of a month, until a day.
   *
   * @param last the last day to ask for
   * @throws BillException when it cannot be had, with a sentence that says why
   */
  public Bill read(YearMonth month, LocalDate last) throws InterruptedException {
    Instant from = month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    LocalDate end = last.isBefore(month.atEndOfMonth()) ? last : month.atEndOfMonth();
    Instant to = end.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    Bill bill = Bill.empty();
    if (from.isBefore(to)) {
      for (BillingApi.Report report : api.reports()) {
        bill = bill.plus(read(report, api.query(report, from, to)));
      }
    }
    return bill;
  }

  /** All pages of a report; it then speaks of every day that was asked for. */
  private Bill read(BillingApi.Report report, String query) throws InterruptedException {
    Bill bill = Bill.empty();
    Set<String> asked = new HashSet<>();
    String page = null;
    do {
      String cursor =
          page == null ? "" : "&page=" + URLEncoder.encode(page, StandardCharsets.UTF_8);
      String content = get(report, query + cursor);
      String name = address + report.path() + ", page " + (asked.size() + 1);
      bill = bill.plus(report.format().parse(name, content));
      page = next(report, content);
      if (page != null && (!asked.add(page) || asked.size() >= MAX_PAGES)) {
        throw failed(report, "its pages do not end");
      }
    } while (page != null);
    return bill.complete();
  }

  private String next(BillingApi.Report report, String content) {
    try {
      return ReportPage.of(content).next();
    } catch (IllegalArgumentException unclear) {
      throw failed(report, unclear.getMessage());
    }
  }

  private String get(BillingApi.Report report, String query) throws InterruptedException {
    URI uri =
        URI.create(address + report.path() + "?" + query.replace("[", "%5B").replace("]", "%5D"));
    Duration wait = FIRST_WAIT;
    for (int attempt = 1; ; attempt++) {
      HttpResponse<String> response = send(report, uri);
      int status = response.statusCode();
      if (status == 200) {
        return response.body();
      }
      if (!COME_BACK_LATER.contains(status)) {
        throw failed(report, meaning(status));
      }
      Duration asked = retryAfter(response, wait);
      if (attempt == MAX_ATTEMPTS || asked.compareTo(LONGEST_WAIT) > 0) {
        throw failed(report, "HTTP " + status + ", again and again; try later");
      }
      pause.of(asked);
      wait = wait.multipliedBy(2);
    }
  }

  private HttpResponse<String> send(BillingApi.Report report, URI uri) throws InterruptedException {
    try {
      return download.get(uri, api.headers(key));
    } catch (IOException failure) {
      throw failed(report, failure.getMessage());
    }
  }

  /** Seconds or a date, as HTTP allows both. */
  private static Duration retryAfter(HttpResponse<String> response, Duration otherwise) {
    String text = response.headers().firstValue("retry-after").orElse("");
    try {
      if (text.matches("\\d{1,9}")) {
        return Duration.ofSeconds(Long.parseLong(text));
      }
      Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration left = Duration.between(Instant.now(), until);
      return left.isNegative() ? Duration.ZERO : left;
    } catch (DateTimeParseException neither) {
      return otherwise;
    }
  }

  private static String meaning(int status) {
    return switch (status) {
      case 401, 403 -> "HTTP " + status + ": the key is refused; an administration key is needed";
      case 301, 302, 303, 307, 308 ->
          "HTTP " + status + ": a redirect, which the key does not follow";
      default -> "HTTP " + status;
    };
  }

  private BillException failed(BillingApi.Report report, String why) {
    return new BillException(address + report.path() + " cannot be read: " + why + ".");
  }

  private static URI checked(String text) {
    try {
      URI address = Download.address(text.replaceAll("/+$", ""));
      boolean inTheClear = !"https".equalsIgnoreCase(address.getScheme());
      if (inTheClear && !InetAddress.getByName(address.getHost()).isLoopbackAddress()) {
        throw new BillException(
            "The address " + text + " is not https: the key would go there in the clear.");
      }
      return address;
    } catch (UnknownHostException unknown) {
      throw new BillException("The address " + text + " has an unknown host.");
    } catch (IOException none) {
      throw new BillException("The address " + text + " is none: " + none.getMessage() + ".");
    }
  }
}
