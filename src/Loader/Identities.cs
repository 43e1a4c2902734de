using System;
using System.Runtime.CompilerServices;
using Redoubt.Abi;
using Redoubt.Dice;

namespace Redoubt.Loader;

/// <summary>
/// Measured boot: gives partitions identities that depend on the device and on what has been measured. All of it is part of the loader's own state, which
/// is wiped before the kernel starts.
/// </summary>
internal unsafe struct Identities
{
    private Sha256 _hash;
    private Measurements _measured;
    private IdentityChain _chain;
    private Pages _pages;
    private DeviceSecret _device;

    /// <summary>Measures memory and makes the identities. Comes before anything is written to what is measured.</summary>
    public void Make(ref readonly IdentitySetup setup)
    {
        TakeSecret((byte*)setup.DeviceSecret);
        if (_device.Magic != DeviceSecret.MagicValue || _device.CertificateSize > (ulong)((ReadOnlySpan<byte>)_device.Certificate).Length)
            return;
        Measurement measurement = new(ref _hash, in setup);
        measurement.Take(in setup.Microvisor, ref _measured);
        _chain.Start(_device.Secret, in setup.BuildDate, setup.SecurityVersion);
        _chain.AddMicrovisor(in _measured);
        for (int i = 0; i < (int)setup.Count; i++)
        {
            ref readonly IdentityEntry entry = ref setup.Entries[i];
            measurement.Take(in entry.Counts, ref _measured);
            _chain.Certify(in entry.Name, in _measured, ((ReadOnlySpan<byte>)_device.Certificate).Slice(0, (int)_device.CertificateSize), ref _pages[i]);
        }
    }

    /// <summary>Writes each partition's identity, or zeros, to its page.</summary>
    public void Place(ref readonly IdentitySetup setup)
    {
        for (int i = 0; i < (int)setup.Count; i++)
        {
            void* page = (void*)setup.Entries[i].Address;
            Machine.Evict(page, (ulong)sizeof(Identity));
            fixed (Identity* identity = &_pages[i])
                new ReadOnlySpan<byte>(identity, sizeof(Identity)).CopyTo(new Span<byte>(page, sizeof(Identity)));
            Machine.Evict(page, (ulong)sizeof(Identity));
        }
    }

    // From here on only the loader knows it.
    private void TakeSecret(byte* page)
    {
        Span<byte> given = new(page, sizeof(DeviceSecret));
        fixed (DeviceSecret* own = &_device)
            given.CopyTo(new Span<byte>(own, sizeof(DeviceSecret)));
        given.Clear();
        Machine.Evict(page, (ulong)sizeof(DeviceSecret));
    }

    [InlineArray(Limits.Identities)]
    private struct Pages
    {
        private Identity _first;
    }
}
