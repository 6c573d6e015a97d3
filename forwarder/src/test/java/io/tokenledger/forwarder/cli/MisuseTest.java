package io.tokenledger.forwarder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each command says of an argument that it cannot use, before it asks any database. */
class MisuseTest {
  private static final String DAY = "is no day such as 2026-11-01.";
  private static final String INSTANT = "is no instant such as 2026-11-01T00:00:00Z.";
  private static final String NUMBER = "is no whole number such as 100.";

  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          report --from yesterday | Invalid value for option '--from': 'yesterday' DAY
          report --to 2026-02-30 | Invalid value for option '--to': '2026-02-30' DAY
          report --from 2026-11-02 --to 2026-11-01 | --to 2026-11-01 is before --from 2026-11-02.
          report --by day,colour | Invalid value for option '--by' (dimension): 'colour' is no dimension; there are provider, model, service, team, feature, day.
          report yesterday | 'yesterday' is one argument too many.
          verify --from 2026-13-01 | Invalid value for option '--from': '2026-13-01' DAY
          verify --from 2026-11-02 --to 2026-11-01 | --to 2026-11-01 is before --from 2026-11-02.
          explain 12 | Invalid value for positional parameter at index 0 (event_id): '12' is no id such as 01936e5c-0000-7000-8000-000000000000.
          explain | Missing required parameter: 'event_id'
          close 2026-1 | Invalid value for positional parameter at index 0 (yyyy-MM): '2026-1' is no month such as 2026-10.
          close 2026-13 | Invalid value for positional parameter at index 0 (yyyy-MM): '2026-13' is no month such as 2026-10.
          close 2226-10 | 2226-10 is not over yet (UTC).
          close | Missing required parameter: 'yyyy-MM'
          export --format xml | Invalid value for option '--format': 'xml' is no format; there are csv, jsonl, focus.
          export --format csv --from 2026-11-01 | Invalid value for option '--from': '2026-11-01' INSTANT
          export --format csv --until now | Invalid value for option '--until': 'now' INSTANT
          export --format csv --from 2026-11-02T00:00:00Z --until 2026-11-01T00:00:00Z | --until 2026-11-01T00:00:00Z is before --from 2026-11-02T00:00:00Z.
          dead-letters retry 7 abc | 'abc' NUMBER
          dead-letters retry 99999999999999999999 | '99999999999999999999' NUMBER
          dead-letters retry -- -1 | '-1' NUMBER
          dead-letters | Name what to do with dead letters: list, retry.
          dead-letters --config x list | Before --config a command is missing: list, retry.
          dead-letters show | There is no command 'show'; known are list, retry.
          prices | Name what to do with prices: load, import, reprice, list, remove.
          prices reprise | There is no command 'reprise'; did you mean 'reprice'?
          prices reprice --from 2026-11-01 | Missing required option: '--to=yyyy-MM-dd'
          prices reprice --from 2026-11-03 --to 2026-11-02 | --to 2026-11-02 is before --from 2026-11-03.
          prices reprice --from 2026-11-01 --to 2026-11-02 --pause-ms soon | Invalid value for option '--pause-ms': 'soon' NUMBER
          prices reprice --from 2026-11-01 --to 2026-11-02 --pause-ms -5 | Invalid value for option '--pause-ms': '-5' NUMBER
          prices import --format litellm --valid-from tomorrow x.json | Invalid value for option '--valid-from': 'tomorrow' DAY
          prices import --format nosuch x.json | 'nosuch' is no format; there are litellm, genai-prices, models-dev.
          prices import --format litellm --max-move lots x.json | Invalid value for option '--max-move': 'lots' is no number such as 0.5.
          prices import --format litellm --max-move -1 x.json | Invalid value for option '--max-move': '-1' is no number such as 0.5.
          prices remove overide mine | 'overide' is no layer; there are contract, override, import.
          prices remove override | Missing required parameter: 'name'
          reconcile --provider openai --month 2026-1 csv=x | Invalid value for option '--month': '2026-1' is no month such as 2026-10.
          reconcile --provider openai csv=x | Missing required option: '--month=yyyy-MM'
          reconcile --provider openai --month 2026-10 xls=x | 'xls=x' is not format=file; formats are openai-usage, openai-costs, anthropic-usage, anthropic-costs, aws-cur, csv.
          reconcile --provider openai --month 2026-10 | There is no bill: give format=file, or --fetch.
          reconcile --provider openai --month 2026-10 --settle-days two csv=x | Invalid value for option '--settle-days': 'two' NUMBER
          reconcile --provider openai --month 2026-10 --settle-days -3 csv=x | Invalid value for option '--settle-days': '-3' NUMBER
          reconcile --provider openai --month 2026-10 --key one csv=x | --key 'one' is not id=fingerprint.
          retention --aply | There is no option '--aply'; did you mean '--apply'?
          status --quiet | There is no option '--quiet'; known are --all, --config, --help, --json, --version.
          migrate --grant-writer | Missing required parameter for option '--grant-writer' (role)
          run now | 'now' is one argument too many.
          drain now | 'now' is one argument too many.
          support-bundle x.zip | 'x.zip' is one argument too many.
          reprot | There is no command 'reprot'; did you mean 'report'?
          --config x report | Before --config a command is missing: run, drain, report, explain, prices, close, reconcile, verify, status, support-bundle, export, dead-letters, retention, migrate.
          """)
  void isOneSentenceThatNamesWhatIsWrongAndWhatWouldBeRight(String command, String sentence) {
    int code = run(command.split(" "));

    assertThat(err.toString().lines().findFirst())
        .contains(
            sentence.replace("DAY", DAY).replace("INSTANT", INSTANT).replace("NUMBER", NUMBER));
    assertThat(err.toString()).hasLineCount(2).contains("\nHelp: tokenledger-forwarder");
    assertThat(code).isEqualTo(Commands.MISUSED);
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          prices load NONE | The price file NONE cannot be read (there is no such file or directory).
          prices load DIR | The price file DIR cannot be read (Is a directory).
          prices load BINARY | The price file BINARY cannot be read (it is no text in UTF-8).
          prices import --format litellm --valid-from 2026-11-01 NONE | The catalogue NONE cannot be read (there is no such file or directory).
          reconcile --provider openai --month 2026-10 csv=NONE | The file NONE cannot be read (there is no such file or directory).
          reconcile --provider openai --month 2026-10 --fetch --key-file NONE | The file NONE cannot be read (there is no such file or directory).
          report --config NONE | There is no configuration file NONE.
          report --config DIR | The configuration file DIR cannot be read (Is a directory).
          """)
  void saysWhyAFileCannotBeRead(String command, String sentence) throws IOException {
    String none = directory.resolve("none").toString();
    Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xFF, 1, 2});

    int code = run(placed(command, none, binary).split(" "));

    assertThat(err.toString().strip()).isEqualTo(placed(sentence, none, binary));
    assertThat(code).isIn(Commands.FAILED, Commands.MISUSED);
  }

  @Test
  void asksForACommand() {
    assertThat(run()).isEqualTo(Commands.MISUSED);
    assertThat(err.toString()).startsWith("Name a command: run, drain, report");
  }

  private String placed(String text, String none, Path binary) {
    return text.replace("NONE", none)
        .replace("DIR", directory.toString())
        .replace("BINARY", binary.toString());
  }

  private int run(String... arguments) {
    return ForwarderMain.run(
        new PrintWriter(out, true), new PrintWriter(err, true), Map.of(), arguments);
  }
}
