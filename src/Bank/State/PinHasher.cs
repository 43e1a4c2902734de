using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace Redoubt.Bank.State;

/// <summary>
/// Turns PINs and codes into what may lie in the database: Argon2id (RFC 9106) over a keyed hash. A PIN has so few digits that a salt and a slow hash alone would not
/// protect it; the key, the pepper, lies elsewhere.
/// </summary>
/// <param name="pepper">32 bytes.</param>
public sealed class PinHasher(byte[] pepper)
{
    /// <summary>Bytes of the pepper.</summary>
    public const int PepperSize = 32;

    private const int HashSize = 32;

    /// <summary>19 MiB and two passes: OWASP's least for Argon2id, so that a bank's day of PINs needs no machine of its own.</summary>
    private static readonly PasswordBasedKeyDerivationAlgorithm s_argon2 =
        PasswordBasedKeyDerivationAlgorithm.Argon2id(new Argon2Parameters { MemorySize = 19 * 1024, NumberOfPasses = 2, DegreeOfParallelism = 1 });

    /// <summary>A new salt.</summary>
    public static byte[] DrawSalt() => RandomNumberGenerator.GetBytes(s_argon2.MaxSaltSize);

    /// <summary>The hash of a PIN.</summary>
    public byte[] Hash(string pin, byte[] salt)
    {
        byte[] keyed = Keyed(pin);
        try
        {
            return s_argon2.DeriveBytes(keyed, salt, HashSize);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keyed);
        }
    }

    /// <summary>The keyed hash of a secret that is too long to be guessed, and has to be found by its hash.</summary>
    public byte[] Keyed(string secret) => HMACSHA256.HashData(pepper, Encoding.ASCII.GetBytes(secret));
}
