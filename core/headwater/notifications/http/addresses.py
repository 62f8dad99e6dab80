"""Which addresses nothing is sent to."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

# Where clouds hand out credentials, beside the link-local addresses, which all are refused.
METADATA = frozenset(
    map(
        ip_address,
        ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"),
    )
)
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE = IPv6Network("::/96")


def is_forbidden(text: str, allow_private: bool) -> bool:
    """Say if nothing is sent to the address: link-local and metadata never, private if told so."""
    address = ip_address(text)
    if any(_is_forbidden(each, allow_private) for each in (address, *_embedded(address))):
        return True
    # Nobody serves the public from these; they only lead round the check.
    tunnelled = isinstance(address, IPv6Address) and (address.sixtofour or address.teredo)
    return bool(tunnelled) and not allow_private


def _is_forbidden(address: IPv4Address | IPv6Address, allow_private: bool) -> bool:
    if address in METADATA or address.is_link_local or address.is_multicast:
        return True
    if isinstance(address, IPv4Address):
        return address.is_reserved or not (allow_private or address.is_global)
    # Of those that only carry an IPv4 address, that one decides.
    return not (allow_private or address.is_global or _embedded(address))


def _embedded(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """Return the IPv4 addresses that an IPv6 address stands for, in any of the known forms."""
    if isinstance(address, IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    low = int(address) & 0xFFFF_FFFF
    is_compatible = address in _COMPATIBLE and low > 1  # :: and ::1 are none
    if is_compatible or any(address in network for network in _NAT64):
        found.append(IPv4Address(low))
    if int(address) >> 32 & 0xFDFF_FFFF == 0x0000_5EFE:  # ISATAP's interface identifier
        found.append(IPv4Address(low))
    return [each for each in found if each is not None]
