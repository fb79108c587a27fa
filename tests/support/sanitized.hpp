#pragma once

/// Whether a sanitizer looks on, with which everything takes ten to twenty times as long: what is right is
/// judged by plain builds, on all days and seeds there are; a sanitizer sees the same code on some of them.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif
#else
inline constexpr bool sanitized = false;
#endif
