namespace Redoubt.Image;

/// <summary>Finds what was probably meant by a misspelt name.</summary>
internal static class Nearest
{
    /// <summary>" (did you mean X?)" for the nearest of the known names, or nothing if none is near.</summary>
    public static string Hint(string name, IEnumerable<string> known)
    {
        string? best = known.Where(k => Distance(name, k) <= Math.Max(1, Math.Min(name.Length, k.Length) / 2))
            .OrderBy(k => Distance(name, k))
            .ThenBy(k => k, StringComparer.Ordinal)
            .FirstOrDefault();
        return best is null ? "" : $" (did you mean \"{best}\"?)";
    }

    /// <summary>Levenshtein's distance: insertions, deletions and replacements from one to the other.</summary>
    private static int Distance(string from, string to)
    {
        int[] row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
