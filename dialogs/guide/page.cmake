# One page of the guide: PAGE (Markdown) becomes OUTPUT (HTML), by CMARK_GFM.
execute_process(COMMAND ${CMARK_GFM} --extension table ${PAGE}
    OUTPUT_VARIABLE body COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "\"(\\.\\./)+(icons|tests/desktop/screenshots)/" "\"pictures/" body "${body}")
string(REGEX REPLACE "(href=\"[a-zA-Z-]+)\\.md" "\\1.html" body "${body}")
string(REGEX MATCH "<h1>([^<]*)</h1>" heading "${body}")
file(WRITE ${OUTPUT} "<!DOCTYPE html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width\">
<title>${CMAKE_MATCH_1}</title>
<style>
body { font-family: sans-serif; line-height: 1.5; max-width: 46em; margin: 2em auto; padding: 0 1em; }
img { max-width: 100%; }
td img { width: 2em; }
table { border-collapse: collapse; }
th, td { border: 1px solid #aaa; padding: 0.3em 0.6em; text-align: left; }
</style>
</head>
<body>
${body}</body>
</html>
")
