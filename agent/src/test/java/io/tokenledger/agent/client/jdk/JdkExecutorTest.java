package io.tokenledger.agent.client.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client's executor gets the same work with and without a tee. */
@Timeout(30)
class JdkExecutorTest {
  private final RecordingMeter meter = new RecordingMeter();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ScriptedServer server =
      new ScriptedServer(asked -> asked.json(200, "{\"usage\":{}}"));

  @BeforeEach
  void record() {
    RewrittenJdk.meter(meter);
  }

  @AfterEach
  void stop() throws IOException {
    RewrittenJdk.meter(RewrittenJdk.NOTHING);
    server.close();
    threads.shutdownNow();
  }

  @Test
  void asksTheJdksOwnSubscriberForItsBodyWithoutTheExecutor() throws Exception {
    assertThat(tasksThatGetTheBody(BodyHandlers.ofString())).isEmpty();
    assertThat(meter.only().end).isEqualTo("end");
  }

  @Test
  void asksAnApplicationsSubscriberForItsBodyOnTheExecutor() throws Exception {
    assertThat(tasksThatGetTheBody(info -> new Own())).hasSize(1);
    assertThat(meter.only().end).isEqualTo("end");
  }

  @Test
  void rejectsAsWithoutUsWhenTheExecutorIsShutDown() {
    threads.shutdown();
    HttpClient client = HttpClient.newBuilder().executor(threads).build();
    RewrittenJdk.meter(RewrittenJdk.NOTHING);
    Throwable without =
        catchThrowable(() -> client.sendAsync(post(), BodyHandlers.ofString()).get());
    RewrittenJdk.meter(meter);

    Throwable with = catchThrowable(() -> client.sendAsync(post(), BodyHandlers.ofString()).get());

    assertThat(with).hasSameClassAs(without);
    assertThat(meter.only().end).isEqualTo("failed");
    assertThat(meter.only().cause).isInstanceOf(RejectedExecutionException.class);
  }

  private List<String> tasksThatGetTheBody(BodyHandler<String> handler) throws Exception {
    List<String> tasks = new CopyOnWriteArrayList<>();
    Executor counting =
        task -> {
          if (task.getClass().getName().contains("ResponseSubscribers")) {
            tasks.add(task.getClass().getName());
          }
          threads.execute(task);
        };
    HttpClient client = HttpClient.newBuilder().executor(counting).build();
    client.sendAsync(post(), handler).get();
    return tasks;
  }

  private HttpRequest post() {
    return HttpRequest.newBuilder(server.uri("/v1/chat"))
        .POST(BodyPublishers.ofString("{}"))
        .build();
  }

  private static final class Own implements BodySubscriber<String> {
    private final BodySubscriber<String> text = BodySubscribers.ofString(StandardCharsets.UTF_8);

    @Override
    public CompletionStage<String> getBody() {
      return text.getBody();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      text.onSubscribe(subscription);
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {
      text.onNext(pieces);
    }

    @Override
    public void onError(Throwable cause) {
      text.onError(cause);
    }

    @Override
    public void onComplete() {
      text.onComplete();
    }
  }
}
