#pragma once

struct sqlite3;
struct sqlite3_stmt;

namespace stook::sqlite {

class database;
class statement;
class transaction;
class bulk_insert;
class readonly;
struct readonly_options;
struct query_result;

}  // namespace stook::sqlite
