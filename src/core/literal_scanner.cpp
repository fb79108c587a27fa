#include "core/literal_scanner.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include <fmt/format.h>
#include <boost/endian/conversion.hpp>

#include <stook/core/ascii.hpp>
#include <stook/core/error.hpp>

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#include <immintrin.h>
#define STOOK_X86_VECTORS 1
#endif

namespace stook::detail {
namespace {

constexpr std::size_t shortest = 3;
constexpr std::size_t longest_start = nibble_tables::longest;
constexpr std::size_t npos = std::string_view::npos;
constexpr std::size_t groups = 8;
/// With more literals the eight groups let so much through that the table is faster.
constexpr std::size_t most_in_vectors = 48;

constexpr unsigned char lower(char c) { return static_cast<unsigned char>(ascii::to_lower(c)); }

constexpr std::uint32_t start_of(std::string_view text) {
  return std::uint32_t{lower(text[0])} | std::uint32_t{lower(text[1])} << 8U |
         std::uint32_t{lower(text[2])} << 16U;
}

/// A place in the table, of the lower three bytes. Setting the bit 0x20 of each byte, where letters differ in
/// case, spares a lookup for each; what else it makes equal is told apart afterwards.
constexpr std::uint32_t place_of(std::uint32_t three) {
  return (((three | 0x20'20'20U) << 8U) * 0x9e37'79b1U) >> 18U;
}

/// The first of some places, a bit for each behind `at`, that a literal begins at.
std::size_t first_confirmed(const literal_scanner& literals, std::string_view text, std::size_t at,
                            std::uint64_t places) {
  for (; places != 0; places &= places - 1) {
    const std::size_t place = at + static_cast<std::size_t>(std::countr_zero(places));
    if (literals.begins_at(text, place)) return place;
  }
  return npos;
}

#ifdef STOOK_X86_VECTORS

// A byte of `any` keeps a bit where all nibbles of `Bytes` bytes allow the same group of literals. The same
// for three widths: a function has one target, and intrinsics have the width in their names. Where fewer
// places are left than one look takes in, it goes back to places where nothing was found.

/// How far ahead memory is asked for: the processor itself stops at the end of a page.
constexpr std::size_t ahead = 1024;

template <std::size_t Bytes>
__attribute__((target("ssse3"))) std::size_t find_ssse3(const literal_scanner& literals,
                                                        std::string_view text, std::size_t from) {
  constexpr std::size_t width = 16;
  __m128i low[Bytes], high[Bytes];
  for (std::size_t i = 0; i < Bytes; ++i) {
    low[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(literals.nibbles().low[i].data()));
    high[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(literals.nibbles().high[i].data()));
  }
  const __m128i nibble = _mm_set1_epi8(0x0f);
  const std::size_t places = text.size() - Bytes + 1;
  for (std::size_t at = from; at < places; at += width) {
    const std::size_t here = std::min(at, places - width);
    __m128i any = _mm_set1_epi8(-1);
    for (std::size_t i = 0; i < Bytes; ++i) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + here + i));
      const __m128i upper = _mm_and_si128(_mm_srli_epi16(bytes, 4), nibble);
      any = _mm_and_si128(any, _mm_shuffle_epi8(low[i], _mm_and_si128(bytes, nibble)));
      any = _mm_and_si128(any, _mm_shuffle_epi8(high[i], upper));
    }
    const auto none = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(any, _mm_setzero_si128())));
    const std::size_t place = first_confirmed(literals, text, here, ~none & 0xffffU);
    if (place != npos) return place;
  }
  return npos;
}

template <std::size_t Bytes>
struct avx2_tables {
  __m256i low[Bytes], high[Bytes];
};

template <std::size_t Bytes>
__attribute__((target("avx2"))) inline __m256i any_avx2(const char* at, const avx2_tables<Bytes>& tables) {
  const __m256i nibble = _mm256_set1_epi8(0x0f);
  __m256i any = _mm256_set1_epi8(-1);
  for (std::size_t i = 0; i < Bytes; ++i) {
    __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + i));
    asm("" : "+x"(bytes));  // else GCC loads twice, and loads are what limits the loop
    const __m256i upper = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble);
    any = _mm256_and_si256(any, _mm256_shuffle_epi8(tables.low[i], _mm256_and_si256(bytes, nibble)));
    any = _mm256_and_si256(any, _mm256_shuffle_epi8(tables.high[i], upper));
  }
  return any;
}

__attribute__((target("avx2"))) inline std::uint32_t places_avx2(__m256i any) {
  return ~static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(any, _mm256_setzero_si256())));
}

template <std::size_t Bytes>
__attribute__((target("avx2"))) std::size_t find_avx2(const literal_scanner& literals, std::string_view text,
                                                      std::size_t from) {
  constexpr std::size_t width = 32;
  avx2_tables<Bytes> tables;
  for (std::size_t i = 0; i < Bytes; ++i) {
    tables.low[i] = _mm256_broadcastsi128_si256(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(literals.nibbles().low[i].data())));
    tables.high[i] = _mm256_broadcastsi128_si256(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(literals.nibbles().high[i].data())));
  }
  const std::size_t places = text.size() - Bytes + 1;
  std::size_t at = from;
  for (; at + 2 * width <= places; at += 2 * width) {
    __builtin_prefetch(text.data() + at + ahead);
    const __m256i first = any_avx2<Bytes>(text.data() + at, tables);
    const __m256i second = any_avx2<Bytes>(text.data() + at + width, tables);
    const __m256i both = _mm256_or_si256(first, second);
    if (_mm256_testz_si256(both, both) != 0) continue;
    std::size_t place = first_confirmed(literals, text, at, places_avx2(first));
    if (place != npos) return place;
    place = first_confirmed(literals, text, at + width, places_avx2(second));
    if (place != npos) return place;
  }
  for (; at < places; at += width) {
    const std::size_t here = std::min(at, places - width);
    const std::uint32_t found = places_avx2(any_avx2<Bytes>(text.data() + here, tables));
    const std::size_t place = first_confirmed(literals, text, here, found);
    if (place != npos) return place;
  }
  return npos;
}

template <std::size_t Bytes>
__attribute__((target("avx512f,avx512bw"))) std::size_t find_avx512(const literal_scanner& literals,
                                                                    std::string_view text, std::size_t from) {
  constexpr std::size_t width = 64;
  constexpr int all_three = 0x80;      // the truth table of a & b & c
  constexpr __mmask16 every = 0xffff;  // without a mask GCC 12 warns of its own header
  __m512i low[Bytes], high[Bytes];
  for (std::size_t i = 0; i < Bytes; ++i) {
    low[i] = _mm512_maskz_broadcast_i32x4(
        every, _mm_loadu_si128(reinterpret_cast<const __m128i*>(literals.nibbles().low[i].data())));
    high[i] = _mm512_maskz_broadcast_i32x4(
        every, _mm_loadu_si128(reinterpret_cast<const __m128i*>(literals.nibbles().high[i].data())));
  }
  const __m512i nibble = _mm512_set1_epi8(0x0f);
  const std::size_t places = text.size() - Bytes + 1;
  for (std::size_t at = from; at < places; at += width) {
    const std::size_t here = std::min(at, places - width);
    __builtin_prefetch(text.data() + here + ahead);
    __m512i any = _mm512_set1_epi8(-1);
    for (std::size_t i = 0; i < Bytes; ++i) {
      const __m512i bytes = _mm512_loadu_si512(text.data() + here + i);
      const __m512i upper = _mm512_and_si512(_mm512_srli_epi16(bytes, 4), nibble);
      any = _mm512_ternarylogic_epi64(any, _mm512_shuffle_epi8(low[i], _mm512_and_si512(bytes, nibble)),
                                      _mm512_shuffle_epi8(high[i], upper), all_three);
    }
    const std::size_t place = first_confirmed(literals, text, here, _mm512_test_epi8_mask(any, any));
    if (place != npos) return place;
  }
  return npos;
}

template <std::size_t Bytes>
std::size_t find_by_vectors(const literal_scanner& literals, vectors width, std::string_view text,
                            std::size_t from) {
  if (width == vectors::avx512) return find_avx512<Bytes>(literals, text, from);
  if (width == vectors::avx2) return find_avx2<Bytes>(literals, text, from);
  return find_ssse3<Bytes>(literals, text, from);
}

/// The widest up to `most` that fits into so many bytes of text.
vectors fitting(vectors most, std::size_t bytes, std::size_t looked_at) {
  const std::size_t places = bytes + 1 - std::min(bytes, looked_at);
  if (places >= 64 && most >= vectors::avx512) return vectors::avx512;
  if (places >= 32 && most >= vectors::avx2) return vectors::avx2;
  return places >= 16 && most >= vectors::ssse3 ? vectors::ssse3 : vectors::none;
}

#endif

}  // namespace

vectors widest_vectors() {
#ifdef STOOK_X86_VECTORS
  if (__builtin_cpu_supports("avx512bw")) return vectors::avx512;
  if (__builtin_cpu_supports("avx2")) return vectors::avx2;
  if (__builtin_cpu_supports("ssse3")) return vectors::ssse3;
#endif
  return vectors::none;
}

literal_scanner::literal_scanner(std::span<const std::string_view> literals, vectors width) : width_(width) {
  for (const std::string_view literal : literals) {
    if (literal.size() < shortest) {
      throw error("bad_literal",
                  fmt::format("expected literals of at least {} bytes, got \"{}\"", shortest, literal));
    }
    std::string text;
    for (const char c : literal) text += static_cast<char>(lower(c));
    entries_.push_back({.place = place_of(start_of(text)), .text = std::move(text)});
  }
  std::ranges::sort(entries_, {}, &entry::place);
  fill_buckets();
  const auto longer = [](const entry& e) { return e.text.size() > shortest; };
  looked_at_ = std::ranges::all_of(entries_, longer) ? longest_start : shortest;
  fill_nibbles();
  if (entries_.size() > most_in_vectors) width_ = vectors::none;
}

/// A bucket for each place that begins an entry; the last one takes all that are left.
void literal_scanner::fill_buckets() {
  constexpr std::uint8_t last = 255;
  std::uint8_t bucket = 0;
  bucket_ends_.push_back(0);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const bool another = i == 0 || entries_[i].place != entries_[i - 1].place;
    if (another && bucket < last) {
      ++bucket;
      bucket_ends_.push_back(0);
    }
    bucket_[entries_[i].place] = bucket;
    bucket_ends_[bucket] = static_cast<std::uint32_t>(i + 1);
  }
}

/// Neighbours in the order of their text share a group, for they share nibbles: fewer others get through.
void literal_scanner::fill_nibbles() {
  std::vector<std::string_view> starts;
  for (const entry& e : entries_) starts.push_back(std::string_view{e.text}.substr(0, looked_at_));
  std::ranges::sort(starts);
  starts.erase(std::ranges::unique(starts).begin(), starts.end());
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const auto group = static_cast<std::uint8_t>(1U << (i * groups / std::max(starts.size(), groups)));
    for (std::size_t k = 0; k < looked_at_; ++k) {
      const auto allow = [&](unsigned char byte) {
        nibbles_.low[k][byte & 0xfU] |= group;
        nibbles_.high[k][byte >> 4U] |= group;
      };
      const auto byte = static_cast<unsigned char>(starts[i][k]);
      allow(byte);
      if (byte >= 'a' && byte <= 'z') allow(static_cast<unsigned char>(byte - 'a' + 'A'));
    }
  }
}

bool literal_scanner::begins_at(std::string_view text, std::size_t at) const {
  const std::string_view rest = text.substr(at);
  const std::size_t bucket = bucket_[place_of(start_of(rest))];
  if (bucket == 0) return false;
  const auto same = [&](const entry& e) {
    return e.text.size() <= rest.size() &&
           std::equal(e.text.begin(), e.text.end(), rest.begin(),
                      [](char a, char b) { return static_cast<unsigned char>(a) == lower(b); });
  };
  const auto end_of = [&](std::size_t b) { return entries_.begin() + bucket_ends_[b]; };
  return std::any_of(end_of(bucket - 1), end_of(bucket), same);
}

std::size_t literal_scanner::find_by_table(std::string_view text, std::size_t from) const {
  const char* const data = text.data();
  const std::size_t last = text.size() - shortest;  // where a literal can begin
  std::size_t i = from;
  // Four places at a time; reading four bytes at each needs one more than there are to the last place.
  for (; i + 4 <= last; i += 4) {
    std::uint64_t places = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      const auto* const bytes = reinterpret_cast<const unsigned char*>(data + i + j);
      places |= std::uint64_t{bucket_[place_of(boost::endian::load_little_u32(bytes))] != 0} << j;
    }
    const std::size_t place = first_confirmed(*this, text, i, places);
    if (place != npos) return place;
  }
  for (; i <= last; ++i) {
    if (begins_at(text, i)) return i;
  }
  return npos;
}

std::size_t literal_scanner::find(std::string_view text, std::size_t from) const {
  if (text.size() < shortest || from > text.size() - shortest || entries_.empty()) return npos;
#ifdef STOOK_X86_VECTORS
  const vectors width = fitting(width_, text.size() - from, looked_at_);
  if (width != vectors::none) {
    return looked_at_ == longest_start ? find_by_vectors<longest_start>(*this, width, text, from)
                                       : find_by_vectors<shortest>(*this, width, text, from);
  }
#endif
  return find_by_table(text, from);
}

}  // namespace stook::detail
