using System.Security.Cryptography;
using System.Text;

namespace Redoubt.Tool.Debian;

/// <summary>Names of things in the cache: what is made in another way, or of other things, has another name.</summary>
internal static class CacheName
{
    private const int Digits = 12;

    /// <summary>Digits that stand for all that decides over a thing's content.</summary>
    public static string Of(params IEnumerable<string> parts)
    {
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..Digits];
    }
}
