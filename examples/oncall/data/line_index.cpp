#include <oncall/data/line_index.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#include <immintrin.h>
#define STOOK_X86_VECTORS 1
#endif

/// Into functions of any target.
#define STOOK_ALWAYS_INLINE __attribute__((always_inline)) inline

namespace stook::sre {
namespace {

constexpr std::size_t block_bytes = 64;

/// A bit for each byte of a block.
struct block_bits {
  std::uint64_t comma = 0, newline = 0, carriage_return = 0, blank = 0;
  std::uint64_t odd = 0;  // quotes, NUL, and what is not ASCII
};

#ifdef STOOK_X86_VECTORS

__attribute__((target("avx512f,avx512bw"))) inline block_bits bits_by_avx512(const char* at) {
  const __m512i bytes = _mm512_loadu_si512(at);
  block_bits out;
  out.comma = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(','));
  out.newline = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\n'));
  out.carriage_return = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\r'));
  out.blank = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(' ')) |
              _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\t'));
  out.odd = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"')) | _mm512_testn_epi8_mask(bytes, bytes) |
            _mm512_movepi8_mask(bytes);
  return out;
}

inline block_bits bits_by_sse2(const char* at) {
  block_bits out;
  for (unsigned part = 0; part < 4; ++part) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 16 * part));
    const auto equal = [&](char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); };
    const auto bits = [&](__m128i of) {
      return std::uint64_t{static_cast<std::uint32_t>(_mm_movemask_epi8(of))} << 16 * part;
    };
    out.comma |= bits(equal(','));
    out.newline |= bits(equal('\n'));
    out.carriage_return |= bits(equal('\r'));
    out.blank |= bits(_mm_or_si128(equal(' '), equal('\t')));
    out.odd |= bits(_mm_or_si128(_mm_or_si128(equal('"'), equal('\0')), bytes));
  }
  return out;
}

#endif

block_bits bits_one_by_one(const char* at) {
  block_bits out;
  for (std::size_t i = 0; i < block_bytes; ++i) {
    const auto bit = [&](bool is) { return std::uint64_t{is} << i; };
    const char c = at[i];
    out.comma |= bit(c == ',');
    out.newline |= bit(c == '\n');
    out.carriage_return |= bit(c == '\r');
    out.blank |= bit(c == ' ' || c == '\t');
    out.odd |= bit(c == '"' || c == '\0' || static_cast<unsigned char>(c) >= 0x80);
  }
  return out;
}

/// The bits below and at a place.
STOOK_ALWAYS_INLINE constexpr std::uint64_t up_to(unsigned place) {
  return ~std::uint64_t{0} >> (63U - place);
}

/// Which bytes keep a line from being plain, with the last byte of the block before in mind.
class oddities {
 public:
  STOOK_ALWAYS_INLINE std::uint64_t of(const block_bits& bits) {
    const std::uint64_t marks = bits.comma | bits.newline | bits.carriage_return;
    const std::uint64_t behind_mark = marks << 1U | after_mark_;
    std::uint64_t out = bits.odd | (bits.blank & (behind_mark | marks >> 1U));
    out |= bits.carriage_return & ~(bits.newline >> 1U | top);
    // What the last byte of the block before turns out to be; its line ends here or later.
    out |= (after_blank_ & marks) | (after_return_ & ~bits.newline);
    after_mark_ = marks >> 63U;
    after_blank_ = bits.blank >> 63U;
    after_return_ = bits.carriage_return >> 63U;
    return out;
  }

 private:
  static constexpr std::uint64_t top = std::uint64_t{1} << 63U;
  std::uint64_t after_mark_ = 1, after_blank_ = 0, after_return_ = 0;  // bit 0 alone
};

/// The places of the bits, eight at a time: a loop that ends with the last bit would be mispredicted in every
/// other block. Writes up to seven places more than there are.
STOOK_ALWAYS_INLINE void write_places(std::uint32_t* to, std::uint64_t bits, std::uint32_t base) {
  const auto count = static_cast<std::size_t>(std::popcount(bits));
  for (std::size_t done = 0; done < count; done += 8) {
    for (std::size_t i = 0; i < 8; ++i) {
      to[done + i] = base + static_cast<std::uint32_t>(std::countr_zero(bits));
      bits &= bits - 1;
    }
  }
}

}  // namespace

/// What the index is made of, block by block. The same for each width of vectors: a function has one target.
class line_index::scanner {
 public:
  explicit scanner(line_index& into) : into_(into) {}

  STOOK_ALWAYS_INLINE void take(const block_bits& bits, std::size_t at) {
    const std::uint64_t odd = odd_in_.of(bits);
    std::vector<std::uint32_t>& places = into_.marks_;
    if (places.size() < written_ + 2 * block_bytes) places.resize(2 * places.size() + 64 * block_bytes);
    const std::uint64_t marks = bits.comma | bits.newline;
    std::uint64_t left = ~std::uint64_t{0};  // of the block, without the lines that have ended
    for (std::uint64_t ends = bits.newline; ends != 0; ends &= ends - 1) {
      const std::uint64_t before = up_to(static_cast<unsigned>(std::countr_zero(ends)));
      const std::size_t newline = written_ + static_cast<std::size_t>(std::popcount(marks & before)) - 1;
      line_is_odd_ |= (odd & before & left) != 0;
      into_.lines_.push_back({.newline = static_cast<std::uint32_t>(newline), .plain = !line_is_odd_});
      line_is_odd_ = false;
      left = ~before;
    }
    line_is_odd_ |= (odd & left) != 0;
    write_places(places.data() + written_, marks, static_cast<std::uint32_t>(at));
    written_ += static_cast<std::size_t>(std::popcount(marks));
  }

 private:
  line_index& into_;
  oddities odd_in_;
  bool line_is_odd_ = false;
  std::size_t written_ = 0;
};

namespace {

#ifdef STOOK_X86_VECTORS

/// Takes the whole blocks of the bytes.
template <typename Scanner>
__attribute__((target("avx512f,avx512bw,bmi,popcnt"))) void take_by_avx512(Scanner& into,
                                                                           std::string_view bytes) {
  for (std::size_t at = 0; at + block_bytes <= bytes.size(); at += block_bytes)
    into.take(bits_by_avx512(bytes.data() + at), at);
}

#endif

template <typename Scanner>
void take_blocks(Scanner& into, std::string_view bytes) {
#ifdef STOOK_X86_VECTORS
  static const bool wide =
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
  if (wide) return take_by_avx512(into, bytes);
  constexpr auto bits_of = bits_by_sse2;
#else
  constexpr auto bits_of = bits_one_by_one;
#endif
  for (std::size_t at = 0; at + block_bytes <= bytes.size(); at += block_bytes)
    into.take(bits_of(bytes.data() + at), at);
}

}  // namespace

void line_index::scan(std::string_view bytes) {
  bytes = bytes.substr(0, std::numeric_limits<std::uint32_t>::max() - block_bytes);
  lines_.clear();
  scanner into{*this};
  take_blocks(into, bytes);
  const std::size_t taken = bytes.size() / block_bytes * block_bytes;
  if (taken == bytes.size()) return;
  std::array<char, block_bytes> last;
  last.fill('x');
  std::memcpy(last.data(), bytes.data() + taken, bytes.size() - taken);
  into.take(bits_one_by_one(last.data()), taken);
}

}  // namespace stook::sre
