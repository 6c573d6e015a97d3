package io.tokenledger.agent.provider.ollama;

import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.provider.Dialect;
import io.tokenledger.agent.provider.HostName;
import io.tokenledger.agent.provider.Loopback;
import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Surface;
import java.util.List;

/**
 * Ollama's native API, with OpenAI's and Anthropic's languages beside it: a server on this machine,
 * told by its port, or the cloud at ollama.com. {@code /api/chat} is a path of anybody's
 * application, so on other hosts the port must be Ollama's too.
 */
public final class OllamaProvider implements Provider, Dialect {
  private static final int PORT = 11434;

  private final boolean cloud;
  private final Provider[] dialects;
  private final Surface chat = new OllamaSurface("ollama.chat", "chat", null);
  private final Surface generate = new OllamaSurface("ollama.generate", "completion", null);
  private final Surface embed = new OllamaSurface("ollama.embed", "embedding", null);
  private final Surface oldEmbed =
      new OllamaSurface("ollama.embed", "embedding", "The old `/api/embeddings` counts nothing.");

  private OllamaProvider(boolean cloud, Provider... dialects) {
    this.cloud = cloud;
    this.dialects = dialects;
  }

  /** The server on this machine. */
  public static Provider local(Provider... dialects) {
    return new OllamaProvider(false, dialects);
  }

  /** The models that Ollama hosts. */
  public static Provider cloud(Provider... dialects) {
    return new OllamaProvider(true, dialects);
  }

  @Override
  public String name() {
    return cloud ? "ollama-cloud" : "ollama";
  }

  @Override
  public boolean servesHost(String host) {
    return cloud && HostName.isOrRegionOf(host, "ollama.com");
  }

  @Override
  public boolean serves(RequestTarget target) {
    return cloud ? servesHost(target.host()) : target.port() == PORT && Loopback.is(target.host());
  }

  @Override
  public boolean mayServe(String host) {
    return cloud ? servesHost(host) : Loopback.is(host);
  }

  @Override
  public Surface surface(String method, String path) {
    Surface surface = nativeSurface(method, path);
    for (int i = 0; surface == null && i < dialects.length; i++) {
      surface = dialects[i].surface(method, path);
    }
    return surface;
  }

  @Override
  public Surface dialectSurface(RequestTarget target) {
    return !cloud && target.port() == PORT ? nativeSurface(target.method(), target.path()) : null;
  }

  @Override
  public List<String> hosts() {
    return cloud
        ? List.of("ollama.com", "*.ollama.com")
        : List.of("localhost:" + PORT, "127.0.0.1:" + PORT);
  }

  @Override
  public List<String> calls() {
    return List.of(
        "POST /api/chat", "POST /api/generate", "POST /api/embed", "POST /api/embeddings");
  }

  @Override
  public List<NotRead> notRead() {
    return List.of(new NotRead("POST /api/pull", "Fetches a model and calls none."));
  }

  private Surface nativeSurface(String method, String path) {
    if (!method.equals("POST")) {
      return null;
    }
    if (path.endsWith("/api/chat")) {
      return chat;
    }
    if (path.endsWith("/api/generate")) {
      return generate;
    }
    if (path.endsWith("/api/embed")) {
      return embed;
    }
    return path.endsWith("/api/embeddings") ? oldEmbed : null;
  }
}
