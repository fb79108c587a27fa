#include <oncall/screen/injection_patterns.hpp>

#include <array>

namespace stook::sre {
namespace {

// What `%` stands for.
constexpr std::string_view orders =
    R"p((?:please |now |you |urgent[:,]? )?(?:ignore|disregard|forget|call [a-z]+_|you (?:are|must|should|will|may)|do not|don't|never|always|report|conclude|approve|mark (?:the|this|it|incident)|from now|new instruction|the root cause|root cause|respond|answer with|reply|output|state that|declare|run (?:the )?(?:sql|query|tool|rollback)|execute (?:the )?(?:sql|query|tool)|set (?:the )?(?:verdict|severity|cause)|blame|escalate|grant|reveal|skip|stop investigating|rollback|roll back|restart_|invoke|use the))p";

// ---- ignore what you were told
constexpr auto override_patterns = std::to_array<std::string_view>({
    R"p(\b(?:ignore|disregard|forget|override|bypass|neglect|discard|dismiss|overrule|do not follow|don'?t follow|stop following)@~(?:instructions?|prompts?|directives?|guidelines?|guardrails?|programming|training)\b)p",
    R"p(\b(?:ignore|disregard|forget|override|bypass|neglect|discard|dismiss|overrule)(?:~\w+){0,2}~(?:previous|prior|earlier|above|preceding|other|your|everything|anything)(?:~\w+){0,2}~(?:rules|context|messages?|commands?|constraints|orders|polic(?:y|ies)|metrics?|evidence|signals?|checks|findings|analysis|hypothes[ei]s|data|logs|alerts|text|content|above|before|said|told|else|services|lines)\b)p",
    R"p(\bignore(?:all|the|your|any)*(?:previous|prior|above|earlier)\w*(?:instruction|prompt))p",
    R"p(\b(?:new|updated|revised|real|actual)~(?:system~)?(?:instructions?|prompts?|directives?)\s*[:=])p",
    R"p(\b(?:system|developer) prompt\b|\bprompt injection\b|\bjailbreak|\bdeveloper mode (?:is )?(?:on|enabled|active))p",
    R"p(\b(?:reveal|print|repeat|show|output|leak)@~(?:your|the system|initial|hidden|above)~(?:system~)?(?:instructions?|prompts?|rules)\b)p",
    R"p(\b(?:you are now|you are no longer|from now on,? you|pretend (?:to be|that you|you)|act as (?:if you|an? (?:ai|assistant|agent|admin|operator|dba|root|expert|sre)))\b)p",
    R"p(\bas an? (?:ai|language model|llm|sre agent|ai assistant|ai agent)\b|\byou are an? (?:ai|assistant|agent|helpful|sre|language|expert|autonomous))p",
    R"p(\byour (?:new |only |real |next |true )?(?:task|job|goal|mission|objective|instructions?) (?:is|are)\b)p",
    R"p(\byou (?:must|should|shall|have to|need to|will|are to|are required to|are ordered to)~(?:now~|immediately~|always~|first~)?(?:ignore|report that|conclude|state that|say that|tell|respond|answer|reply|approve|obey|comply|not~(?:mention|report|tell|investigate|reveal|check|query|follow)|call~[a-z]+_|blame))p",
    R"p(\b(?:decode|decrypt|unescape|base64)\b@~(?:and~)?(?:follow|obey|execute it|do what))p",
    R"p(\bfollow (?:these|the following|my|the decoded|the hidden|this) (?:instructions?|steps|orders|commands?)\b)p",
    R"p(\b(?:attention|dear|hello|note to|message (?:to|for)|notice to|important for|to (?:the|any|all))[ ,:]+(?:the |any |all )?(?:ai|llm|sre agent|on-?call agent|language model|assistant|ai agents?|llms|agents reading|model reading|investigating agent))p",
    R"p(\b(?:hey|hi)[ ,:][ ,:]*(?:the |any |all )?(?:ai|llm|sre agent|on-?call agent|language model|assistant|ai agents?|llms|agents reading|model reading|investigating agent))p",
    R"p(\b(?:sre|on-?call|llm|ai|investigat(?:ing|ion)|autonomous|triage)~(?:agents?|assistants?|bots?|copilots?|models?)~(?:must|should|shall|has to|have to|needs? to|will|is (?:to|required)|are (?:to|required)|please|do not|don't|may|can)\b)p",
    R"p((?:忽略|无视|無視|忽視|忘记|忘記|忘掉|不要理会|跳过|绕过)[^\n]{0,180}(?:指示|指令|说明|說明|提示|规则|規則|命令|要求|检查))p",
    R"p((?:指示|命令|プロンプト|指令|ルール)[^\n]{0,120}(?:無視|忘れ|従わ)|(?:無視して|忘れて)[^\n]{0,120}(?:指示|命令))p",
    R"p((?:지시|명령|프롬프트|지침|규칙)[^\n]{0,120}(?:무시|잊))p",
    R"p((?:игнорируй|проигнорируй|забудь|ігноруй|проігноруй|не обращай внимания|отмени)[^\n]{0,160}(?:инструкц|указани|правил|команд|інструкц|вказів|промпт))p",
    R"p(\b(?:ignora|ignore|ignorez|ignorar|ignorad|ignorate|ignorer|olvida|olvide|olvidate|esquece|esqueca|oublie|oubliez|dimentica|descarta|desconsidere)\b[^\n]{0,40}\b(?:instrucciones|instrucoes|istruzioni|instructions|indicaciones|ordenes|ordens|consignes|regles|reglas|regras|regole|comandi|comandos)\b)p",
    R"p(\b(?:ignoriere|ignorieren|ignorier|vergiss|vergessen|missachte|missachten|negeer|vergeet|ignorera|ignorer|glem)\b[^\n]{0,50}(?:anweisung|instruktion|vorgaben|regeln|instructies|opdrachten|instrukser))p",
    R"p((?:zignoruj|ignoruj|ignorujte|zapomnij)\b[^\n]{0,40}(?:instrukcj|polece|pokyn|instrukc))p",
    R"p((?:talimat|komut|yonerge)[^\n]{0,40}(?:yoksay|yok say|unut|gormezden))p",
    R"p(\bbo qua\b[^\n]{0,40}(?:huong dan|chi thi|lenh)|\babaikan\b[^\n]{0,40}(?:instruksi|perintah|petunjuk|arahan))p",
    R"p(تجاهل[^\n]{0,120}(?:التعليمات|الأوامر|تعليمات|أوامر|السابقة)|نادیده[^\n]{0,120}|دستورات[^\n]{0,120}نادیده|התעלם[^\n]{0,120}(?:הוראות|ההוראות))p",
    R"p((?:निर्देश|आदेश)[^\n]{0,240}(?:अनदेखा|नज़रअंदाज़|भूल)|(?:เพิกเฉย|ละเว้น|ไม่ต้องสนใจ)[^\n]{0,240}(?:คำสั่ง|คำแนะนำ)|(?:αγνόησε|αγνοησε|αγνοήστε)[^\n]{0,240}(?:οδηγ|εντολ))p",
});
constexpr auto override_literals = std::to_array<std::string_view>(
    {" ai",       "abaikan",     "act as",         "attention",   "base64",    "bo qua",
     "bot",       "bypass",      "copilot",        "dear",        "decode",    "decrypt",
     "descart",   "desconsid",   "developer mode", "dimentica",   "directive", "discard",
     "dismiss",   "disregard",   "esque",          "follow",      "forget",    "from now on",
     "gent",      "glem",        "hello",          "hey",         "hi ",       "hi,",
     "hi:",       "ignor",       "important",      "instruction", "jailbreak", "komut",
     "llm",       "message for", "message to",     "missacht",    "model",     "negeer",
     "neglect",   "note to",     "notice to",      "olvid",       "oubli",     "override",
     "overrule",  "pretend",     "prompt",         "rules",       "ssistant",  "talimat",
     "to all",    "to any",      "to the",         "unescape",    "vergeet",   "vergess",
     "vergiss",   "yonerge",     "you are",        "you have to", "you must",  "you need",
     "you shall", "you should",  "you will",       "your ",       "zapomnij",  "देश",
     "αγνοήστε",  "αγνοησε",     "αγνόησε",        "забудь",      "игнор",     "не обращ",
     "отмени",    "ігнор",       "התעלם",          "تجاهل",       "نادیده",    "คำสั่ง",
     "คำแนะนำ",   "不要理",      "従わ",           "忘",          "忽",        "无视",
     "無視",      "绕过",        "跳过",           "규칙",        "명령",      "지시",
     "지침",      "프롬프트"});

// ---- turns of a conversation
constexpr auto role_patterns = std::to_array<std::string_view>({
    R"p((?:^|[\s>"'.;|\])])(?:human|assistant)(?: |):\s)p",
    R"p((?:^|[\s>"'.;|\])])(?:system|user|developer|operator|tool|instruction|instructions)(?: |):\s*%)p",
    R"p((?:^|[\s>"'.;|\])])(?:admin|administrator|sysadmin)(?: |):\s*%)p",
    R"p("role"\s*:\s*"(?:system|user|assistant|tool|developer)")p",
    R"p(##(?: |)(?:system|instruction|instructions|user|assistant|response|human)\s*(?::|prompt|message|$))p",
    R"p(\bfrom your (?:operator|developer|administrator|admin|owner|creator|manager|principal)\b)p",
});
constexpr auto role_literals = std::to_array<std::string_view>({"## h",
                                                                "## i",
                                                                "## r",
                                                                "## s",
                                                                "## u",
                                                                "##h",
                                                                "##i",
                                                                "##r",
                                                                "##s",
                                                                "##u",
                                                                "admin:",
                                                                "admin :",
                                                                "administrator:",
                                                                "administrator :",
                                                                "assistant",
                                                                "developer:",
                                                                "developer :",
                                                                "from your admin",
                                                                "from your creator",
                                                                "from your developer",
                                                                "from your manager",
                                                                "from your owner",
                                                                "from your principal",
                                                                "human :",
                                                                "human:",
                                                                "instruction:",
                                                                "instruction :",
                                                                "instructions:",
                                                                "instructions :",
                                                                "operator",
                                                                "role",
                                                                "system:",
                                                                "system :",
                                                                "tool:",
                                                                "tool :",
                                                                "user:",
                                                                "user :"});

// ---- control tokens of chat formats
constexpr auto template_patterns = std::to_array<std::string_view>({
    R"p(<\|[a-z][a-z0-9_]{1,29}\|>)p",
    R"p(\[inst\]|\[/inst\]|<<sys>>|<</sys>>)p",
    R"p(</?(?:assistant|human|instructions?|important|tool_calls?|tool_results?|tool_response|tool_use|function_calls?|function_results?|antml:[a-z_]+|invoke|system_prompt|system-prompt|system_message|system-reminder|untrusted[a-z_-]*|start_of_turn|end_of_turn|thinking|admin_override)\b[^<>\n]{0,60}>)p",
    R"p(<(?:start_of_turn|end_of_turn)>|</?system>)p",
    R"p(\b(?:begin|end|start|close)[ _-]+(?:of[ _-]+)?(?:the[ _-]+)?(?:untrusted|trusted|system[ _-]prompt|user[ _-]input|user[ _-]message|tool[ _-]output|tool[ _-]result|telemetry[ _-]data|quoted[ _-]data|instructions?|log[ _-]data|hidden)\b)p",
});
constexpr auto template_literals = std::to_array<std::string_view>({"</s",
                                                                    "<<s",
                                                                    "[/inst]",
                                                                    "[inst]",
                                                                    "admin_override",
                                                                    "antml:",
                                                                    "assistant",
                                                                    "end_of_turn",
                                                                    "function_",
                                                                    "hidden",
                                                                    "human",
                                                                    "invoke",
                                                                    "log data",
                                                                    "log-data",
                                                                    "log_data",
                                                                    "mportant",
                                                                    "nstruction",
                                                                    "prompt",
                                                                    "quoted",
                                                                    "start_of_turn",
                                                                    "system-reminder",
                                                                    "system>",
                                                                    "system_message",
                                                                    "telemetry",
                                                                    "thinking",
                                                                    "tool output",
                                                                    "tool result",
                                                                    "tool-output",
                                                                    "tool-result",
                                                                    "tool_",
                                                                    "trusted",
                                                                    "user input",
                                                                    "user message",
                                                                    "user-input",
                                                                    "user-message",
                                                                    "user_input",
                                                                    "user_message",
                                                                    "<|a",
                                                                    "<|b",
                                                                    "<|c",
                                                                    "<|d",
                                                                    "<|e",
                                                                    "<|f",
                                                                    "<|g",
                                                                    "<|h",
                                                                    "<|i",
                                                                    "<|j",
                                                                    "<|k",
                                                                    "<|l",
                                                                    "<|m",
                                                                    "<|n",
                                                                    "<|o",
                                                                    "<|p",
                                                                    "<|q",
                                                                    "<|r",
                                                                    "<|s",
                                                                    "<|t",
                                                                    "<|u",
                                                                    "<|v",
                                                                    "<|w",
                                                                    "<|x",
                                                                    "<|y",
                                                                    "<|z"});

// ---- calls of tools
constexpr auto tool_call_patterns = std::to_array<std::string_view>({
    R"p(\b(?:call|calling|invoke|execute|use|trigger|run)[ :](?:the~)?(?:tool~|function~)?[a-z]+(?:_[a-z]+)+["'`]?\s*\(\s*[^)\s])p",
    R"p(\b(?:call|calling|invoke|execute|use|trigger|run)[ :](?:the~)?(?:tool~|function~)?(?:restart|rollback|roll_back|delete|drop|scale|kill|disable|approve|resolve|terminate|exec|run|query|send|export|grant|close|silence|purge|wipe|sql|draft|detect|propose|load|log|shutdown|failover|downgrade|deploy|read|write|fetch|http|shell)_[a-z_]+)p",
    R"p(\b[a-z]+(?:_[a-z]+)+\s*\([^()\n]{0,80}\)\s*(?:is|are|was)~(?:required|needed|mandatory|necessary|recommended|approved|allowed|authori[sz]ed))p",
    R"p(\b(?:load_inputs|detect_incident_window|log_pattern_scan|sql_investigate|propose_mitigations|draft_postmortem|profiler_specialist|postmortem_writer_specialist)\b)p",
    R"p(\\?"(?:tool_calls?|function_call|tool_use|tool_name|tool_choice)\\?"\s*:)p",
    R"p(\\?"(?:name|tool|function|action)\\?"\s*:\s*\\?"[a-z_.]+\\?"\s*,\s*\\?"(?:arguments|args|input|parameters|action_input)\\?"\s*:)p",
    R"p(\bto=functions?\.|\baction\s*:\s*[a-z_]+\s+action input\s*:)p",
    R"p(\b(?:please|kindly|immediately|proceed to|then|you may|go ahead and),?~(?:restart|rollback|roll back|delete|drop|scale (?:down|up)|shutdown|shut down|downgrade|terminate|disable|failover|fail over)~(?:the~|all~)?(?:deploys?|deployment|service|cluster|pods?|database|tables?|hosts?|nodes?|[a-z]+ to v?\d))p",
    R"p(\bproceed with (?:the )?(?:rollback|restart|deletion|shutdown|failover|downgrade|fix|change|remediation)\b)p",
    R"p(\b(?:restart|rollback|roll back|delete|shutdown|shut down|downgrade|terminate|disable)\b[^\n]{0,60}\b(?:without (?:asking|approval|confirmation|further)|no questions)\b|\bdo it now\b)p",
    R"p(\bhint for (?:the )?\w+ (?:tool|agent|query)\b)p",
    R"p((?:立即|马上|立刻|现在|請|请)[^\n]{0,36}(?:调用|調用|执行|執行|重启|重啟|回滚|删除|运行))p",
});
constexpr auto tool_call_literals = std::to_array<std::string_view>(
    {"\"action",   "\"function",  "\"name",        "\"tool",      "_specialist", "action input",
     "allowed",    "approv",      "authori",       "call ",       "call:",       "calling",
     "delete",     "disable",     "do it now",     "downgrade",   "drop",        "execute",
     "fail over",  "failover",    "function_call", "hint for",    "incident",    "investigat",
     "invoke",     "load_inputs", "log_pattern",   "mandatory",   "necessary",   "needed",
     "postmortem", "proceed",     "propose_mitig", "recommended", "required",    "restart",
     "roll back",  "rollback",    "run ",          "run:",        "scale",       "shut down",
     "shutdown",   "terminate",   "to=function",   "tool_",       "trigger",     "use ",
     "use:",       "现在",        "立刻",          "立即",        "請",          "请",
     "马上"});

// ---- causes and verdicts to be taken over
constexpr auto claim_patterns = std::to_array<std::string_view>({
    R"p(\broot[ -]?cause\b[^\n]{0,60}\b(?:is|was|confirmed|identified|established|lies|should be|must be|always|proven|verified)\b)p",
    R"p(\broot[ -]?cause\s*[:=]\s*[a-z])p",
    R"p(\b(?:caused|triggered|explained) by (?:the )?(?:service|deploy|deployment|release|version|change|team|vendor)\b['" ])p",
    R"p(\bno (?:further|more|additional|other)~(?:checks?|investigation|analysis|evidence|verification|queries|steps)~(?:is~|are~)?(?:needed|required|necessary))p",
    R"p(\bknown fix\b|\b(?:verified|confirmed|signed off) by (?:the )?(?:on-?call|sre|operator|admin|security|incident commander|vp|engineering))p",
    R"p(\b(?:mark|close|resolve|declare|classify|treat|record|report)~(?:this~|the~|it~|that~)?(?:incident|outage|window|alert|page|day|it)~(?:as~|is~)?(?:resolved|closed|a~false~(?:alarm|positive)|false~(?:alarm|positive)|no[_ -]incident|harmless|solved|quiet))p",
    R"p(\b(?:declare|report|consider|call)~(?:this~|the~|that~)?(?:incident|outage|alert|window)~(?:as~|is~)?over\b)p",
    R"p(\b(?:report|conclude|state|write|say|claim|blame|name|declare|answer|note|record|put|include|list|mention|attribute|tell|set|copy|paste)\b[^\n]{0,80}\b(?:postmortem|post-mortem|(?:in|into|to) (?:the|your) (?:summary|final report|answer|finding|findings|verdict|timeline|conclusion|incident report)|as (?:the )?(?:root |true |real )?(?:cause|culprit|trigger)|the verdict)\b)p",
    R"p(\bdo not (?:investigate|report|mention|look (?:at|into)|query|scan|escalate|page|alert|tell|check (?:the|any|other))\b|\b(?:stop|end|abort|cancel) (?:the |your |this )?(?:investigation|analysis)\b)p",
    R"p(\b(?:the )?(?:real|true|actual|only) (?:cause|culprit|reason|trigger) (?:is|was)\b|\b(?:the )?cause is (?:always |definitely |certainly |clearly )|\bis the (?:root |real |true )?culprit\b)p",
    R"p(\b(?:set|report|use|give|assign) (?:the )?(?:confidence|severity|verdict|error rate|duration|impact) (?:to|as|of|=)\b)p",
    R"p(\binserted [^\n]{0,40} by an attacker\b|\b(?:alert|incident|outage|error)s? (?:is|are) (?:expected|a false alarm|a test|a drill),? (?:ignore|do not|no need))p",
    R"p((?:根本原因|根因)(?:是|为|:|：))p",
});
constexpr auto claim_literals = std::to_array<std::string_view>(
    {"window",        "alert",      "outage",     " no need",      "alarm",          "analysis",
     "attacker",      "cause",      "closed",     "confidence",    "confirmed by ",  "culprit",
     "do not",        "duration ",  "error rate", "explained by ", "harmless",       "ignor",
     "impact ",       "in the ",    "in your ",   "incident",      "investigat",     "known fix",
     "no additional", "no further", "no more",    "no other",      "positive",       "post-mortem",
     "postmortem",    "quiet",      "reason",     "severity",      "signed off by ", "solved",
     "to the ",       "to your ",   "trigger",    "verdict",       "verified by ",   "根因",
     "根本原因"});

// ---- approvals
constexpr auto approval_patterns = std::to_array<std::string_view>({
    R"p(\b(?:approved|authori[sz]ed|sanctioned|cleared) by (?:the )?(?:admin|sre|on-?call|security|vp|cto|ceo|ciso|head|director|management|manager|operator|human|user|change board|engineering|root|system|incident commander))p",
    R"p(\b(?:i|we) (?:hereby )?(?:approve|authori[sz]e)\b|\bpre-?approved\b|auto[_ -]?approv)p",
    R"p(\bapproval (?:is |was |has been )?(?:already )?(?:granted|given|not needed|not required|unnecessary|bypassed|waived)|\bno approval (?:is )?(?:needed|required|necessary))p",
    R"p(\bas (?:the )?(?:vp|cto|ceo|ciso|director|head|admin|administrator|incident commander|owner)\b[^\n]{0,40}\bi (?:approve|authori[sz]e))p",
});
constexpr auto approval_literals =
    std::to_array<std::string_view>({"approv", "authori", "cleared", "sanctioned"});

// ---- secrets and files
constexpr auto exfiltration_patterns = std::to_array<std::string_view>({
    R"p(!\[[^\]\n]{0,200}\]\((?: |)(?:https://|http://|//))p",
    R"p([{$]\{[^}\n]{0,80}(?:secret|token|password|apikey|api_key|credential)[^}\n]{0,80}\}|(?:\{\{env|\{\{ env|\$\{env|\$\{ env)\b[^}\n]{0,80}\})p",
    R"p(\b(?:read|cat|open|send|attach|export|upload|post|exfiltrate|print|dump|reveal|leak|include|embed|email|curl|wget|copy|paste|append|pass|show|output|list)\b[^\n]{0,80}(?:\x7e/\.|/etc/shadow|\bid_rsa\b|\b(?:the|your|all|any|every)~(?:secrets?|credentials?|api[ _-]keys?|access~tokens?|env~variables|environment|passwords?|private[ _-]keys?)\b|\benv of\b|\benvironment of\b))p",
    R"p(\b(?:cat|type|read|readfile|open)\b[\s("']{1,3}/etc/(?:passwd|shadow|hosts)\b)p",
    R"p(\bselect\b[^\n]{1,80}\bfrom\s+(?:secrets?|credentials|passwords|api_keys|tokens|sqlite_master|sqlite_schema|pragma_\w+)\b)p",
    R"p(['";]\s*;?\s*(?:drop table|drop database|delete from|insert into|alter table|truncate table|update \w+ set)\b|\battach\s+database\b|\bload_extension\s*\(|\b(?:writefile|readfile)\s*\(|\bpragma\s+writable_schema|\binto\s+outfile\b)p",
    R"p(\b(?:send|post|upload|forward|exfiltrate|report|curl|wget|submit)\b[^\n]{0,60}\b(?:secrets?|tokens?|credentials?|findings|results?|contents?|summary|(?:the|all|this|your) data)\b[^\n]{0,40}\bto\b\s*(?:https?://|\d+\.\d+\.\d+\.\d+|[a-z0-9.-]+\.[a-z]{2,6}/))p",
});
constexpr auto exfiltration_literals = std::to_array<std::string_view>(
    {"rivate-key", "rivate_key", "rivate key", "apikey",      "pi-key",         "pi_key",
     "pi key",     " set",       "${ env",     "/etc/hosts",  "/etc/passwd",    "/etc/shadow",
     "]( ",        "](/",        "](h",        "all data",    "alter ",         "assword",
     "attach",     "content",    "credential", "delete from", "drop ",          "env of",
     "finding",    "id_rsa",     "insert ",    "ironment",    "load_extension", "outfile",
     "pragma",     "readfile",   "result",     "secret",      "sqlite_",        "summary",
     "the data",   "this data",  "token",      "truncate",    "variables",      "writefile",
     "your data",  "{env",       "{{ env",     "~/."});

// ---- terminal commands, as escapes in text
constexpr auto hidden_patterns = std::to_array<std::string_view>({
    R"p((?:\\e|\\033|\\33|#033|\^\[|\\x1b|\\u001b)\[[0-9;?]*[ABCDEFGHJSTfsu]|(?:\\e|\\033|\\33|#033|\^\[|\\x1b|\\u001b)\]\d)p",
});
constexpr auto hidden_literals = std::to_array<std::string_view>(
    {"#033", "\\033", "\\33", "\\e[", "\\e]", "\\u001b", "\\x1b", "^[[", "^[]"});

// ---- regular expressions that explode
constexpr auto pattern_patterns = std::to_array<std::string_view>({
    R"p(\((?:[^()\n]{1,20})[+*]\)[+*]|\(\.\*\)\{\d|\([^()|\n]{1,12}\|[^()\n]{1,12}\)[+*]\$)p",
});
constexpr auto pattern_literals =
    std::to_array<std::string_view>({")*$", ")+$", "*)*", "*)+", "+)*", "+)+", ".*){0", ".*){1", ".*){2",
                                     ".*){3", ".*){4", ".*){5", ".*){6", ".*){7", ".*){8", ".*){9"});

constexpr auto kinds = std::to_array<injection_kind>({
    {"override", override_patterns, override_literals},
    {"role", role_patterns, role_literals},
    {"template", template_patterns, template_literals},
    {"tool_call", tool_call_patterns, tool_call_literals},
    {"claim", claim_patterns, claim_literals},
    {"approval", approval_patterns, approval_literals},
    {"exfiltration", exfiltration_patterns, exfiltration_literals},
    {"hidden", hidden_patterns, hidden_literals},
    {"pattern", pattern_patterns, pattern_literals},
});

constexpr auto rot13_words = std::to_array<std::string_view>(
    {"vtaber", "vafgehpgvba", "qvfertneq", "ebbg pnhfr", "erfgneg_", "cerivbhf"});
constexpr auto reversed_words = std::to_array<std::string_view>(
    {"erongi", "noitcurtsni", "dragersid", "esuac toor", "_tratser", "tpmorp"});
constexpr auto digit_letters = std::to_array<std::string_view>(
    {"1gn0r",  "ign0r",     "1gnor",      "!gnor",     "d1sr3g", "disr3g",   "d1sreg",    "f0rg3",
     "f0rget", "forg3t",    "0verr",      "ov3rr",     "byp4ss", "1nstr",    "instruct1", "in5tr",
     "pr0mpt", "r00t c4us", "r00t cause", "root c4us", "pr3v10", "prev10us", "previ0us",  "pr3vi"});

}  // namespace

std::string written_out(std::string_view pattern) {
  constexpr std::string_view between = R"([\s_.,:*"'`\\-]+)";
  std::string out;
  for (const char c : pattern) {
    if (c == '~') {
      out += between;
    } else if (c == '@') {
      out += "(?:";
      out += between;
      out += R"(\w+){0,4})";
    } else if (c == '%') {
      out += orders;
    } else {
      out += c;
    }
  }
  return out;
}

std::span<const injection_kind> injection_kinds() { return kinds; }
std::span<const std::string_view> rot13_literals() { return rot13_words; }
std::span<const std::string_view> reversed_literals() { return reversed_words; }
std::span<const std::string_view> digit_letter_literals() { return digit_letters; }

}  // namespace stook::sre
