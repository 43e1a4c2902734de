namespace Redoubt.Image;

/// <summary>Finds what was probably meant by a misspelt name.</summary>
internal static class Nearest
{
    /// <summary>" (did you mean X?)" for the nearest of the known names, or nothing if none is near.</summary>
    public static string Hint(string name, IEnumerable<string> known)
    {
        string? best = known.Where(other => Distance(name, other) <= Math.Max(1, Math.Min(name.Length, other.Length) / 2))
            .OrderBy(other => Distance(name, other))
            .ThenBy(other => other, StringComparer.Ordinal)
            .FirstOrDefault();
        return best is null ? "" : $" (did you mean \"{best}\"?)";
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours from one to the other (optimal string alignment).</summary>
    private static int Distance(string from, string to)
    {
        int[,] steps = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
        {
            for (int j = 0; j <= to.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    steps[i, j] = i + j;
                    continue;
                }

                int replaced = steps[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                steps[i, j] = Math.Min(replaced, Math.Min(steps[i - 1, j], steps[i, j - 1]) + 1);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                    steps[i, j] = Math.Min(steps[i, j], steps[i - 2, j - 2] + 1);
            }
        }

        return steps[from.Length, to.Length];
    }
}
