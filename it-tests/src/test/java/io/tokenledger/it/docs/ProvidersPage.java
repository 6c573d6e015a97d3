package io.tokenledger.it.docs;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.provider.Dialect;
import io.tokenledger.agent.provider.ModelPaths;
import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Surface;
import io.tokenledger.agent.provider.SurfaceFields.StreamEnd;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@code docs/providers.md}, written from what providers and surfaces say of themselves. */
final class ProvidersPage {
  private final List<Provider> providers;
  private final Map<String, Api> apis = new TreeMap<>();

  /** One API, wherever it is spoken. */
  private static final class Api {
    final Set<Surface> surfaces = new LinkedHashSet<>();
    final Set<String> calls = new LinkedHashSet<>();
    final Set<String> providers = new TreeSet<>();
    boolean discovered;

    /** What the surfaces of this name say, each thing once. */
    Set<String> all(Function<Surface, Collection<String>> what) {
      Set<String> all = new LinkedHashSet<>();
      surfaces.forEach(surface -> all.addAll(what.apply(surface)));
      return all;
    }
  }

  ProvidersPage(List<Provider> providers) {
    this.providers = providers;
    for (Provider owner : providers) {
      for (String call : owner.calls()) {
        add(owner, call);
      }
    }
  }

  /** The surface of a call's form at a provider, or null. */
  static Surface surface(Provider provider, String call) {
    RequestTarget target = target("own.example", call);
    return provider.surface(target.method(), target.path());
  }

  /** The names of the APIs. */
  Set<String> apis() {
    return apis.keySet();
  }

  String text() {
    StringBuilder page = new StringBuilder();
    page.append("# Providers\n\n")
        .append(
            "What the agent reads, and from whom. Written from the code by `ProvidersPageTest`; ")
        .append("do not edit it. To write it anew:\n\n```\n")
        .append(ProvidersPageTest.COMMAND)
        .append("\n```\n\n")
        .append(
            "Paths are told by their end, so a prefix of a proxy does no harm; `{name}` stands for"
                + " anything, `*` in a host for what differs\nbetween regions and customers. A call"
                + " that is not here, but ends like one of a model, is counted: see [the end of this"
                + " page](#what-looks-like-a-model-call).\n\n");
    providerTable(page);
    page.append("\n## What is read\n\n")
        .append(
            "Fields are paths from the top of a JSON body, or of the data of each event of a"
                + " stream; `[]` is every element of an array. The usage object\nitself is kept word"
                + " for word in `usage_raw`.\n");
    apis.forEach((name, api) -> section(page, name, api));
    notRead(page);
    page.append("\n## What looks like a model call\n\n")
        .append("Requests with `POST` whose path ends like one of these, and that are none of the")
        .append(
            " above, are counted by host and end\n(`token_ledger_unlisted_hosts`); nothing else")
        .append(" of them is read or kept.\n\n")
        .append(code(ModelPaths.ends()))
        .append('\n');
    return page.toString();
  }

  private void add(Provider owner, String call) {
    Surface stated = surface(owner, call);
    if (stated == null) {
      return; // the test says so
    }
    Api api = apis.computeIfAbsent(stated.api(), name -> new Api());
    api.calls.add(call);
    for (Provider provider : providers) {
      Surface surface = surface(provider, call);
      if (surface != null && surface.api().equals(stated.api())) {
        api.surfaces.add(surface);
        api.providers.add(provider.name());
      }
      Surface discovered =
          provider instanceof Dialect dialect
              ? dialect.dialectSurface(target("unlisted.example", call))
              : null;
      api.discovered |= discovered != null && discovered.api().equals(stated.api());
    }
  }

  private static RequestTarget target(String host, String call) {
    int space = call.indexOf(' ');
    String path =
        call.substring(space + 1).replace("{model}", "a.model").replaceAll("\\{(\\w+)}", "$1");
    return new RequestTarget("docs", call.substring(0, space), "https", host, 443, path, null);
  }

  private void providerTable(StringBuilder page) {
    page.append("| provider | own hosts | APIs |\n| --- | --- | --- |\n");
    for (Provider provider : sorted()) {
      List<String> spoken =
          apis.entrySet().stream()
              .filter(api -> api.getValue().providers.contains(provider.name()))
              .map(Map.Entry::getKey)
              .toList();
      page.append("| `").append(provider.name()).append("` | ");
      page.append(code(provider.hosts())).append(" | ").append(code(spoken)).append(" |\n");
    }
    page.append(
        "\nA host of `endpoints` speaks the language of its `dialect`, and the others after it. On"
            + " hosts that nobody lists\n(`discover: true`) these are read, with `billed = false`: ");
    page.append(
        code(
            apis.entrySet().stream()
                .filter(api -> api.getValue().discovered)
                .map(Map.Entry::getKey)
                .toList()));
    page.append(".\n");
  }

  private static void section(StringBuilder page, String name, Api api) {
    page.append("\n### ").append(name).append("\n\n");
    line(page, "calls", code(api.calls));
    line(page, "usage", String.join("; ", api.all(ProvidersPage::usage)));
    line(page, "no usage, because", String.join(" ", api.all(one(Surface::withoutUsage))));
    line(page, "other fields of the response", code(api.all(ProvidersPage::otherFields)));
    line(page, "headers of the response", code(api.all(s -> sort(s.fields().responseHeaders()))));
    line(page, "fields of the request", code(api.all(ProvidersPage::requestFields)));
    line(page, "headers of the request", code(api.all(s -> sort(s.fields().requestHeaders()))));
    line(page, "a stream ends", String.join("; ", api.all(ProvidersPage::streamEnd)));
    line(page, "repeats", String.join(" ", api.all(one(Surface::repeats))));
  }

  private static void line(StringBuilder page, String what, String text) {
    if (!text.isEmpty()) {
      page.append("- **").append(what).append("**: ").append(text).append('\n');
    }
  }

  private void notRead(StringBuilder page) {
    page.append("\n## What is not read, and why\n\n");
    page.append("| provider | what | why |\n| --- | --- | --- |\n");
    for (Provider provider : sorted()) {
      for (Provider.NotRead left : provider.notRead()) {
        String what = ProvidersPageTest.isCall(left.what()) ? code(left.what()) : left.what();
        page.append("| `").append(provider.name()).append("` | ");
        page.append(what).append(" | ").append(left.why()).append(" |\n");
      }
    }
  }

  private List<Provider> sorted() {
    Map<String, Provider> byName = new TreeMap<>();
    providers.forEach(provider -> byName.put(provider.name(), provider));
    return new ArrayList<>(byName.values());
  }

  private static List<String> usage(Surface surface) {
    return surface.fields().response().stream()
        .filter(field -> !field.needs().isEmpty())
        .map(
            field ->
                code(field.path())
                    + " with one of "
                    + sort(field.needs()).stream()
                        .map(ProvidersPage::code)
                        .collect(Collectors.joining(", ")))
        .toList();
  }

  private static List<String> otherFields(Surface surface) {
    return surface.fields().response().stream()
        .filter(field -> field.needs().isEmpty())
        .map(FieldPath::path)
        .toList();
  }

  private static List<String> requestFields(Surface surface) {
    return surface.fields().request().stream().map(FieldPath::path).toList();
  }

  private static List<String> streamEnd(Surface surface) {
    StreamEnd end = surface.fields().streamEnd();
    List<String> ways = new ArrayList<>();
    if (end.data() != null) {
      ways.add("with the line " + code("data: " + end.data()));
    }
    if (!end.types().isEmpty()) {
      ways.add("with " + code(end.member()) + " " + code(sort(end.types())));
    }
    if (!end.fields().isEmpty()) {
      ways.add("where the body does, and is whole if it held " + code(sort(end.fields())));
    }
    return ways;
  }

  private static Function<Surface, Collection<String>> one(Function<Surface, String> what) {
    return surface -> what.apply(surface) == null ? List.of() : List.of(what.apply(surface));
  }

  private static List<String> sort(Collection<String> names) {
    return names.stream().sorted().toList();
  }

  private static String code(Collection<String> texts) {
    return texts.stream().map(ProvidersPage::code).collect(Collectors.joining(", "));
  }

  private static String code(String text) {
    return '`' + text + '`';
  }
}
