package io.tokenledger.forwarder.store.rollup;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WideSumTest {
  @Test
  void isExactBeyondALong() {
    Random random = new Random(1);
    WideSum sum = new WideSum();
    BigInteger expected = BigInteger.ZERO;
    for (int i = 0; i < 10_000; i++) {
      long value = i % 3 == 0 ? Long.MAX_VALUE : i % 3 == 1 ? random.nextLong() : i;
      sum.add(value);
      expected = expected.add(BigInteger.valueOf(value));
    }
    assertThat(sum.value(0)).isEqualTo(new BigDecimal(expected));
    assertThat(expected.bitLength()).isGreaterThan(63);
  }

  @Test
  void keepsSmallSums() {
    WideSum sum = new WideSum();
    sum.add(-7);
    sum.add(1_234_567);
    assertThat(sum.value(3)).isEqualTo("1234.560");
  }
}
