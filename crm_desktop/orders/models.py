"""Products, orders and their lines, what customers have bought, and what they prefer."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    FetchedValue,
    ForeignKey,
    Identity,
    Index,
    Numeric,
    Text,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from crm_desktop.database.base import Base, Versioned
from crm_desktop.database.types import FoldedText, Id, Now, Stamped, Xid8, generated, one_of, representable

SKU_FOLDED = '"left"(crm.fold(sku), 300)'


class Product(Versioned, Base):
    __tablename__ = "products"
    __table_args__ = (
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("unit_price >= 0::numeric", name="unit_price"),
        CheckConstraint("unit_price <> 'NaN'::numeric", name="unit_price_number"),
        Index("ix_products_name_key_id", "name_key", "id"),
        Index("uq_products_sku_folded", text(SKU_FOLDED), unique=True),
    )

    id: Mapped[Id]
    sku: Mapped[str]
    name: Mapped[str]
    category: Mapped[str | None]
    unit_price: Mapped[Decimal] = mapped_column(Numeric(14, 2), server_default=text("0"))
    currency: Mapped[str] = mapped_column(server_default=text("'EUR'"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[Now]
    updated_at: Mapped[Stamped]
    name_key: Mapped[str] = mapped_column(FoldedText, generated("left(coalesce(crm.fold(name), ''), 300)"))


class Order(Versioned, Base):
    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        one_of("status", "open", "paid", "shipped", "completed", "cancelled", "refunded"),
        representable("ordered_at"),
        CheckConstraint("total <> 'NaN'::numeric", name="total"),
        Index("ix_orders_contact_id", "contact_id", postgresql_where=text("contact_id IS NOT NULL")),
        Index("ix_orders_customer_id_ordered_at", "customer_id", "ordered_at"),
        Index("ix_orders_number_key_id", "number_key", "id"),
        Index("ix_orders_ordered_at_id", "ordered_at", "id"),
        Index("ix_orders_status_id", "status", "id"),
        Index("ix_orders_total_id", "total", "id"),
        Index("uq_orders_number_key", "number_key", unique=True, postgresql_where=text("number_key <> ''")),
    )

    id: Mapped[Id]
    order_number: Mapped[str]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("crm.customers.id", ondelete="CASCADE"))
    ordered_at: Mapped[Now]
    status: Mapped[str] = mapped_column(server_default=text("'open'"))
    currency: Mapped[str] = mapped_column(server_default=text("'EUR'"))
    total: Mapped[Decimal] = mapped_column(Numeric(18, 4), server_default=text("0"), server_onupdate=FetchedValue())
    notes: Mapped[str | None]
    created_at: Mapped[Now]
    updated_at: Mapped[Stamped]
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("crm.contacts.id", ondelete="SET NULL"))
    number_key: Mapped[str] = mapped_column(FoldedText, generated("left(coalesce(crm.fold(order_number), ''), 300)"))


class OrderLine(Versioned, Base):
    __tablename__ = "order_lines"
    __table_args__ = (
        CheckConstraint("discount_percent >= 0::numeric AND discount_percent <= 100::numeric", name="discount_percent"),
        CheckConstraint("line_total <> 'NaN'::numeric", name="line_total"),
        Index("ix_order_lines_order_id", "order_id", "position"),
        Index("ix_order_lines_product_id", "product_id", postgresql_where=text("product_id IS NOT NULL")),
    )

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("crm.orders.id", ondelete="CASCADE"))
    product_id: Mapped[UUID | None] = mapped_column(ForeignKey("crm.products.id", ondelete="RESTRICT"))
    position: Mapped[int] = mapped_column(server_default=text("1"))
    description: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(Numeric(14, 3), server_default=text("1"))
    unit_price: Mapped[Decimal] = mapped_column(Numeric(14, 2), server_default=text("0"))
    discount_percent: Mapped[Decimal] = mapped_column(Numeric(5, 2), server_default=text("0"))
    line_total: Mapped[Decimal] = mapped_column(
        Numeric(18, 4),
        generated("round(quantity * unit_price * (100 - discount_percent) / 100, 4)"),
    )
    created_at: Mapped[Now]
    updated_at: Mapped[Stamped]


class OrderPointsDue(Base):
    """Orders whose points are settled when the transaction commits that changed them. Written by triggers only."""

    __tablename__ = "order_points_due"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    transaction_id: Mapped[int] = mapped_column(Xid8, server_default=text("pg_current_xact_id()"))
    order_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    numbers: Mapped[list[str]] = mapped_column(ARRAY(Text))
    repriced: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


class CustomerPurchases(Base):
    """What a customer has bought in one currency, cancelled and refunded orders aside. Written by triggers only."""

    __tablename__ = "customer_purchases"

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("crm.customers.id", ondelete="CASCADE"), primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    orders: Mapped[int] = mapped_column(BigInteger)
    spent: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    first_order_at: Mapped[datetime]
    last_order_at: Mapped[datetime]


class CustomerPreference(Versioned, Base):
    __tablename__ = "customer_preferences"
    __table_args__ = (
        one_of("kind", "product", "category", "other"),
        one_of("attitude", "likes", "dislikes"),
        CheckConstraint("btrim(subject) <> ''", name="subject"),
        Index("ix_customer_preferences_customer_id", "customer_id"),
        Index("ix_customer_preferences_product_id", "product_id", postgresql_where=text("product_id IS NOT NULL")),
    )

    id: Mapped[Id]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("crm.customers.id", ondelete="CASCADE"))
    kind: Mapped[str]
    subject: Mapped[str]
    product_id: Mapped[UUID | None] = mapped_column(ForeignKey("crm.products.id", ondelete="SET NULL"))
    attitude: Mapped[str] = mapped_column(server_default=text("'likes'"))
    note: Mapped[str | None]
    created_at: Mapped[Now]
    updated_at: Mapped[Stamped]
