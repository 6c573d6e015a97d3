package io.tokenledger.agent.provider.openai;

import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.provider.Dialect;
import io.tokenledger.agent.provider.HostName;
import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Surface;
import java.util.List;

/**
 * OpenAI, and the language that most other hosts speak. What differs at those is {@link
 * HostTraits}; their surfaces are the same.
 */
public final class OpenAiProvider implements Provider, Dialect {
  private static final String FREE = "Moderation is free, and its answers report no usage.";
  private static final String AUDIO = "The answer is audio, which has no room for a usage report.";

  /**
   * @param end of the path
   * @param surface the API that it is
   * @param anywhere whether the end alone says so, whatever stands before it
   * @param unlisted whether it says so on a host that nobody listed, too
   */
  private record Route(String end, Surface surface, boolean anywhere, boolean unlisted) {}

  private final Surface responses;
  private final Surface runs;
  private final Surface batchResults;
  private final Route[] posted;

  /** Null where the host has none. */
  private final Surface pages;

  public OpenAiProvider() {
    this(HostTraits.OPENAI.regions("*.api.openai.com"));
  }

  /** The language as a host of these traits speaks it. */
  public OpenAiProvider(HostTraits host) {
    Surface chat = ChatSurface.chat(host);
    Surface completions = ChatSurface.completions(host);
    Surface images = new ImagesSurface(host);
    responses = new ResponsesSurface("openai.responses", host);
    runs = new RunsSurface(host);
    batchResults = new BatchResultsSurface(host);
    posted =
        new Route[] {
          new Route("/chat/completions", chat, true, true),
          new Route("/responses", responses, false, true),
          new Route("/embeddings", new EmbeddingsSurface(host), false, true),
          new Route("/completions", completions, false, true),
          new Route("/agents/completions", chat, false, false),
          new Route("/fim/completions", completions, false, true),
          new Route(
              "/responses/compact",
              new ResponsesSurface("openai.responses.compact", host),
              false,
              true),
          new Route("/images/generations", images, false, true),
          new Route("/images/edits", images, false, true),
          new Route("/images/variations", images, false, true),
          new Route("/audio/transcriptions", transcription("transcriptions", host), false, true),
          new Route("/audio/translations", transcription("translations", host), false, true),
          new Route(
              "/audio/speech",
              new SilentSurface("openai.audio.speech", "speech", AUDIO, host),
              false,
              true),
          new Route(
              "/moderations",
              new SilentSurface("openai.moderations", "moderation", FREE, host),
              false,
              true),
        };
    pages = host.pages() ? new PagesSurface(host) : null;
  }

  @Override
  public String name() {
    return "openai";
  }

  @Override
  public boolean servesHost(String host) {
    return HostName.isOrRegionOf(host, "api.openai.com");
  }

  @Override
  public Surface surface(String method, String path) {
    if (method.equals("POST")) {
      return posted(path, true);
    }
    if (!method.equals("GET")) {
      return null;
    }
    if (OpenAiPaths.isResponse(path, true)) {
      return responses;
    }
    if (OpenAiPaths.isRun(path, true)) {
      return runs;
    }
    return OpenAiPaths.isFileContent(path) ? batchResults : null;
  }

  @Override
  public Surface dialectSurface(RequestTarget target) {
    String path = target.path();
    if (target.method().equals("POST")) {
      return posted(path, false);
    }
    if (!target.method().equals("GET")) {
      return null;
    }
    if (OpenAiPaths.isResponse(path, false)) {
      return responses;
    }
    return OpenAiPaths.isRun(path, false) ? runs : null;
  }

  @Override
  public List<String> hosts() {
    return List.of("api.openai.com", "*.api.openai.com");
  }

  @Override
  public List<String> calls() {
    return List.of(
        "POST /v1/chat/completions",
        "POST /openai/deployments/{deployment}/chat/completions",
        "POST /v1/completions",
        "POST /v1/responses",
        "GET /v1/responses/{id}",
        "POST /v1/responses/compact",
        "POST /v1/embeddings",
        "POST /v1/images/generations",
        "POST /v1/images/edits",
        "POST /v1/images/variations",
        "POST /v1/audio/transcriptions",
        "POST /v1/audio/translations",
        "POST /v1/audio/speech",
        "POST /v1/moderations",
        "POST /v1/threads/runs",
        "POST /v1/threads/{thread}/runs",
        "POST /v1/threads/{thread}/runs/{run}",
        "POST /v1/threads/{thread}/runs/{run}/submit_tool_outputs",
        "POST /v1/threads/{thread}/runs/{run}/cancel",
        "GET /v1/threads/{thread}/runs/{run}",
        "GET /v1/files/{file}/content");
  }

  @Override
  public List<NotRead> notRead() {
    return List.of(
        new NotRead("POST /v1/responses/input_tokens", "Counts tokens and generates none: free."),
        new NotRead(
            "POST /v1/batches",
            "The job, not its results: its lines are reported in the result file."),
        new NotRead("GET /v1/batches/{batch}", "Status only; the result file has the usage."),
        new NotRead(
            "GET /v1/threads/{thread}/runs/{run}/steps",
            "Parts of a run, whose usage is their sum."),
        new NotRead(
            "GET /v1/organization/usage/completions",
            "The provider's own account of calls that are rows already."),
        new NotRead(
            "realtime sessions", "They run over WebSocket, which no metered client reads."));
  }

  private Surface posted(String path, boolean listed) {
    for (Route route : posted) {
      if (path.endsWith(route.end)
          && (listed || route.unlisted)
          && (route.anywhere || OpenAiPaths.endsWith(path, route.end, listed))) {
        return route.surface;
      }
    }
    if (pages != null && OpenAiPaths.endsWith(path, "/ocr", listed)) {
      return pages;
    }
    return OpenAiPaths.isRunChange(path, listed) ? runs : null;
  }

  private static Surface transcription(String what, HostTraits host) {
    return new TranscriptionSurface("openai.audio." + what, host);
  }
}
