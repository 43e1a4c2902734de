namespace Redoubt.Tool.Builds;

/// <summary>Counts lines of C#, C or assembly that hold more than blanks and comments.</summary>
public static class SourceLines
{
    /// <summary>Counts.</summary>
    /// <param name="text">Source text with comments <c>//</c> and <c>/* */</c>; strings on one line are told from comments.</param>
    public static int Count(string text)
    {
        int lines = 0;
        bool comment = false;
        foreach (string line in text.Split('\n'))
        {
            if (HasCode(line, ref comment))
                lines++;
        }

        return lines;
    }

    private static bool HasCode(string line, ref bool comment)
    {
        bool code = false;
        char quote = '\0';
        for (int i = 0; i < line.Length; i++)
        {
            char next = i + 1 < line.Length ? line[i + 1] : '\0';
            if (comment)
            {
                if (line[i] == '*' && next == '/')
                {
                    comment = false;
                    i++;
                }
            }
            else if (quote != '\0')
            {
                if (line[i] == '\\')
                    i++;
                else if (line[i] == quote)
                    quote = '\0';
            }
            else if (line[i] == '/' && next == '/')
            {
                break;
            }
            else if (line[i] == '/' && next == '*')
            {
                comment = true;
                i++;
            }
            else if (!char.IsWhiteSpace(line[i]))
            {
                code = true;
                quote = line[i] is '"' or '\'' ? line[i] : '\0';
            }
        }

        return code;
    }
}
