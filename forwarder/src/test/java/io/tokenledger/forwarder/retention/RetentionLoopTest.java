package io.tokenledger.forwarder.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetentionLoopTest {
  @Test
  void goesOnAfterAFailureWhichItSaysOnceForAsLongAsItIsTheSame() throws InterruptedException {
    List<String> notices = new CopyOnWriteArrayList<>();
    CountDownLatch passes = new CountDownLatch(5);
    try (RetentionLoop loop =
        RetentionLoop.start(
            told -> {
              passes.countDown();
              if (passes.getCount() < 4 && passes.getCount() > 0) {
                throw new StoreException("Postgres is away.");
              }
              told.accept("pass");
            },
            notices::add,
            Duration.ofMillis(1))) {
      assertThat(passes.await(30, TimeUnit.SECONDS)).isTrue();
      loop.stop();
    }
    assertThat(notices).startsWith("pass", "Retention: Postgres is away.").contains("pass");
    assertThat(notices).filteredOn(notice -> notice.contains("away")).hasSize(1);
  }
}
